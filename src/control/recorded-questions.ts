/** What is asked of an imported account beside what is asked of a server: how far it can be trusted, and what its history says. */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import type { Audit } from '../explain/audit/audit.ts';
import {
  type ChangedSinceRead,
  changedSinceBasis,
  ownersNamed,
} from '../explain/history/changed-since-read.ts';
import { usageByKey, usesOfKey } from '../explain/history/key-uses.ts';
import { Timelines } from '../explain/history/timelines.ts';
import type { CanAnswer } from '../explain/planned/can.ts';
import { passedCalls } from '../explain/planned/passed-calls.ts';
import { basisOf } from '../explain/recorded/basis.ts';
import { type Calibration, calibrate, MIN_AGREEMENT } from '../explain/recorded/calibrate.ts';
import {
  type CoverageOfAll,
  type CoverageReport,
  historyRefused,
  NO_RECORDS,
} from '../explain/recorded/coverage.ts';
import { whatIfRecorded } from '../explain/recorded/what-if-recorded.ts';
import type { WhatCan } from '../explain/rights/what-can.ts';
import type { WhoCan } from '../explain/rights/who-can.ts';
import type { KeptHistory } from '../import/cloudtrail/history.ts';
import { GLOBAL } from '../import/read-row.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { type Body, type Question, type Questions, refusal, type ScopeOf, stringOf } from './control-api.ts';
import { changeOf, type ExplanationAnswer, explanations } from './explanations.ts';

export interface RecordedFacts {
  readonly history: KeptHistory;
  readonly coverage: CoverageOfAll;
}

/** Whoever does not say where something is, may not know in which of many accounts and Regions it is. */
function placesOf(body: Body, main: Scope, { places }: CoverageReport): Scope[] {
  const [account, region] = [stringOf(body, 'accountId'), stringOf(body, 'region')];
  if (region !== undefined) return [main];
  const meant = places.filter(
    (place) =>
      place.region !== GLOBAL &&
      !(place.account === main.account && place.region === main.region) &&
      place.account === (account ?? place.account),
  );
  return [main, ...meant.map((place) => ({ account: place.account, region: place.region }))];
}

/** Of what no call is known: an account goes on after it was read. */
const asOf = ({ readAt: { last }, trails }: CoverageReport): string[] => [
  ...(last
    ? [`That is how it was when the account was read, at ${last}. What has happened since is not known.`]
    : []),
  ...(trails.records === 0 ? [NO_RECORDS] : []),
];

/** What is there may be decided on, whoever made the call. */
const decidedInstead = (subject: string): string[] =>
  /^(?:i|vol|snap|ami|lt)-[0-9a-f]+$/.test(subject)
    ? [`To decide it for a caller that you name: latchkey explain ${subject} --as PRINCIPAL --from DIR`]
    : [];

export function recordedQuestions(
  runtime: Runtime,
  { history, coverage }: RecordedFacts,
  scopeOf: ScopeOf,
): Questions {
  const { store, ports, registry } = runtime;
  let known: Promise<Calibration> | undefined;
  let built: Timelines | undefined;
  const timelines = () => (built ??= new Timelines(history.events));
  const calibration = () => {
    known ??= store.read((tx) => calibrate({ tx, ports, registry }, history));
    return known;
  };
  const placesOfBody = (body: Body) => placesOf(body, scopeOf(body), coverage);
  const asOnServer = explanations(runtime, scopeOf, placesOfBody, passedCalls(history));
  const { explain } = asOnServer;
  return {
    ...withRecorded(asOnServer, { history, coverage }),

    /** As on a server, and what it rests on. */
    async explain(body) {
      const answer = (await (explain as Question)(body)) as ExplanationAnswer;
      const each = [answer, ...(answer.further ?? [])];
      if (!each.some(({ found }) => found)) {
        const { records, refused } = coverage.trails;
        return {
          ...answer,
          basis: [
            ...(records === 0 ? [NO_RECORDS] : []),
            ...refused.map(historyRefused),
            ...decidedInstead(answer.subject),
          ],
        };
      }
      if (each.every(({ verdict }) => verdict === 'unknown')) return { ...answer, basis: asOf(coverage) };
      const basis = await store.read((tx) =>
        Promise.all(each.map((one) => basisOf(tx, one, timelines(), coverage.changedSince))),
      );
      return { ...answer, basis: [...new Set(basis.flat())] };
    },

    async check() {
      const compared = await calibration();
      const sufficient = (compared.agreement ?? 0) >= MIN_AGREEMENT;
      return { coverage, calibration: compared, sufficient };
    },

    async 'what-if'(body) {
      const change = changeOf(body);
      const compared = await calibration();
      const answer = await store
        .read((tx) => whatIfRecorded({ tx, ports, registry }, change, scopeOf(body), history.uses, compared))
        .catch(refusal);
      return { ...answer, ...(answer.key && { recordedUses: usesOfKey(history.uses, answer.key) }) };
    },
  };
}

/** Beside who may use keys, who did; and of each answer what of it is out of date. */
function withRecorded(
  { 'who-can': whoCan, 'what-can': whatCan, can, audit }: Questions,
  { history: { uses }, coverage: { changedSince: changed } }: RecordedFacts,
): Questions {
  const since = (isAbout: (each: ChangedSinceRead) => boolean) => {
    const changedSince = changed.filter(isAbout);
    return changedSince.length > 0 ? { changedSince } : {};
  };
  return {
    async 'who-can'(body) {
      const answer = (await (whoCan as Question)(body)) as WhoCan;
      const recordedUses = usesOfKey(uses, answer.key);
      return { ...answer, recordedUses, ...since(({ owner }) => owner === answer.key) };
    },

    async 'what-can'(body) {
      const answer = (await (whatCan as Question)(body)) as WhatCan;
      const own = ownersNamed([answer.principal]);
      // Keys, groups, managed policies and the organization's all bear on it; other users and roles do not.
      return {
        ...answer,
        ...since(({ owner }) => own.includes(owner) || !/^\d{12}:(?:user|role)\//.test(owner)),
      };
    },

    async can(body) {
      const answer = (await (can as Question)(body)) as CanAnswer;
      const owners = ownersNamed(answer.restsOn, parseArn(answer.restsOn[0] ?? '')?.account);
      const basis = changedSinceBasis(changed.filter(({ owner }) => owners.includes(owner)));
      return { ...answer, ...(basis.length > 0 && { basis }) };
    },

    async audit(body) {
      const answer = (await (audit as Question)(body)) as Audit;
      const isOfAsked = (arn: string) => answer.accounts.some((account) => arn.includes(`${account}:`));
      return {
        ...answer,
        recordedUsage: usageByKey(uses).filter(({ key }) => isOfAsked(key)),
        ...since(({ owner }) => isOfAsked(owner) || owner.startsWith('organization:')),
      };
    },
  };
}
