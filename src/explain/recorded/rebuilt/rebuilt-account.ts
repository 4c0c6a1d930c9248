/**
 * What accounts hold by the events of their trails, beside what was read of them: an answer that AWS gave is taken before one
 * that was put together, and that before a refusal.
 */
import type { KeptHistory } from '../../../import/cloudtrail/history.ts';
import { inputName } from '../../../import/snapshot/snapshot.ts';
import { type Answer, type Described, globalScope, isListed } from '../../../invoke/imported/described.ts';
import { Timelines } from '../../history/timelines.ts';
import type { RebuiltAnswer } from './rebuilt-answer.ts';
import { rebuiltIdentities, seenCallers } from './rebuilt-identities.ts';
import { rebuiltKeys } from './rebuilt-keys.ts';
import { rebuiltOrganization } from './rebuilt-organization.ts';
import { rebuiltWorkload } from './rebuilt-workload.ts';
import { seenKeyStates } from './seen-key-states.ts';

type Recorded = Pick<KeptHistory, 'uses' | 'events'>;

export function rebuiltAnswers(described: Described, { uses, events }: Recorded): RebuiltAnswer[] {
  const from = { timelines: new Timelines(events), described };
  const isUnread = (account: string) =>
    !isListed(from, 'iam:GetAccountAuthorizationDetails', globalScope(account));
  const callers = described.accounts().some(isUnread)
    ? seenCallers(uses, (account) => described.accounts().includes(account) && isUnread(account))
    : new Map();
  return [
    ...rebuiltIdentities(from, callers),
    ...rebuiltOrganization(from),
    ...rebuiltKeys(from, seenKeyStates(events)),
    ...rebuiltWorkload(from),
  ];
}

export function withRebuilt(described: Described, rebuilt: readonly RebuiltAnswer[]): Described {
  const byCall = Map.groupBy(rebuilt, callName);
  const byQuestion = new Map(rebuilt.map((answer) => [questionName(answer), answer]));
  const joined = new Map<string, readonly Answer[]>();
  return {
    ...described,
    of(operation, scope) {
      const name = callName({ operation, ...scope });
      const added = byCall.get(name);
      if (!added) return described.of(operation, scope);
      const known = joined.get(name) ?? beside(described.of(operation, scope) ?? [], added);
      joined.set(name, known);
      return known;
    },
    get(operation, scope, input) {
      const read = described.get(operation, scope, input);
      return read?.output ? read : (byQuestion.get(questionName({ operation, ...scope, input })) ?? read);
    },
  };
}

type Call = Pick<RebuiltAnswer, 'operation' | 'account' | 'region'>;

const callName = ({ operation, account, region }: Call) => `${account}/${region}/${operation}`;
const questionName = (about: Call & Pick<RebuiltAnswer, 'input'>) =>
  `${callName(about)} ${inputName(about.input)}`;

function beside(read: readonly Answer[], rebuilt: readonly Answer[]): Answer[] {
  const answers = new Map(rebuilt.map((answer) => [inputName(answer.input), answer]));
  for (const answer of read) {
    const input = inputName(answer.input);
    if (answer.output || !answers.has(input)) answers.set(input, answer);
  }
  return [...answers.values()];
}
