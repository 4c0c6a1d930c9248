/** What is asked of an imported account beside what is asked of a server: how far it can be trusted, and what its history says. */
import type { Scope } from '../aws/scope.ts';
import { basisOf } from '../explain/recorded/basis.ts';
import { type Calibration, calibrate, MIN_AGREEMENT } from '../explain/recorded/calibrate.ts';
import type { CoverageReport } from '../explain/recorded/coverage.ts';
import { Timelines } from '../explain/recorded/past/timelines.ts';
import { historyRefused, NO_RECORDS } from '../explain/recorded/render-recorded.ts';
import { whatIfRecorded } from '../explain/recorded/what-if-recorded.ts';
import type { KeptHistory } from '../import/cloudtrail/history.ts';
import { GLOBAL } from '../import/read-row.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { type Question, refusal, stringOf } from './control-api.ts';
import { changeOf, type ExplanationAnswer, explanations } from './explanations.ts';

export interface RecordedFacts {
  readonly history: KeptHistory;
  readonly coverage: CoverageReport;
}

type Body = Parameters<Question>[0];

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

/** What is there may be decided on, whoever made the call. */
const decidedInstead = (subject: string): string[] =>
  /^(?:i|vol|snap|ami|lt)-[0-9a-f]+$/.test(subject)
    ? [
        `Whoever made the call, it can be decided for him: latchkey explain ${subject} --as PRINCIPAL --from DIR`,
      ]
    : [];

export function recordedQuestions(
  runtime: Runtime,
  { history, coverage }: RecordedFacts,
  scopeOf: (body: Parameters<Question>[0]) => Scope,
): Record<string, Question> {
  const { store, ports, registry } = runtime;
  let known: Promise<Calibration> | undefined;
  let built: Timelines | undefined;
  const timelines = () => (built ??= new Timelines(history.events));
  const calibration = () => {
    known ??= store.read((tx) => calibrate({ tx, ports, registry }, history));
    return known;
  };
  const placesOfBody = (body: Body) => placesOf(body, scopeOf(body), coverage);
  const { explain } = explanations(runtime, scopeOf, placesOfBody);
  return {
    /** As on a server, and what it rests on. */
    async explain(body) {
      const answer = (await (explain as Question)(body)) as ExplanationAnswer;
      if (!answer.found) {
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
      const basis = await store.read((tx) => basisOf(tx, answer, timelines()));
      return { ...answer, basis };
    },

    async check() {
      const compared = await calibration();
      const sufficient = (compared.agreement ?? 0) >= MIN_AGREEMENT;
      return { coverage, calibration: compared, sufficient };
    },

    async 'what-if'(body) {
      const change = changeOf(body);
      const compared = await calibration();
      return store
        .read((tx) => whatIfRecorded({ tx, ports, registry }, change, scopeOf(body), history.uses, compared))
        .catch(refusal);
    },
  };
}
