/** What an explanation of a real account rests on: when what was read, and what was changed since the call or since the reading. */
import { originsOf } from '../../invoke/imported/described.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { Explanation } from '../denial/explanation.ts';
import { type ChangedSinceRead, changedSinceBasis, ownersNamed } from '../history/changed-since-read.ts';
import type { Timelines } from '../history/timelines.ts';

export async function basisOf(
  tx: ReadTransaction,
  explanation: Pick<Explanation, 'call' | 'checks' | 'plan'>,
  timelines: Timelines,
  changed: readonly ChangedSinceRead[],
): Promise<string[]> {
  const owners = ownersOf(explanation);
  const since = changedSinceBasis(changed.filter(({ owner }) => owners.has(owner)));
  return [...(await ofCall(tx, explanation, timelines)), ...since];
}

/** Whose the policies and grants are that the call, and whatever follows from it, are decided by. */
function ownersOf({ call, checks, plan = [] }: Pick<Explanation, 'call' | 'checks' | 'plan'>): Set<string> {
  return new Set([
    ...ownersNamed(subjectsOf(call?.resource, call?.arn)),
    ...plan.flatMap(({ who, resource }) => ownersNamed(subjectsOf(resource, who))),
    ...checks.flatMap(({ principal, resource, policies }) => {
      const names = policies.map(({ policyName }) => policyName);
      return ownersNamed([...subjectsOf(resource, principal.arn), ...names], principal.account);
    }),
  ]);
}

async function ofCall(
  tx: ReadTransaction,
  { call, checks }: Pick<Explanation, 'call' | 'checks'>,
  timelines: Timelines,
): Promise<string[]> {
  if (!call) return [];
  const subjects = [call, ...checks].flatMap(({ resource }) => subjectsOf(resource, call.arn));
  const lines: string[] = [];
  for (const arn of new Set(subjects)) {
    for (const { operation, at, by, from, isRebuilt } of await originsOf(tx, arn)) {
      if (isRebuilt) {
        lines.push(
          `${arn}: nobody has read ${operation}; what it would say was seen in recorded events, last in ${from} by ${by} at ${at}.`,
        );
        continue;
      }
      const source = from === 'aws' ? `by ${by ?? 'the reader'}` : `from ${from}`;
      lines.push(`${arn}: ${operation} was read at ${at} ${source}; the call was at ${call.at}.`);
    }
  }
  const change = timelines.firstSince(ownersOf({ call, checks }), call.at);
  if (change) {
    lines.push(
      `Between the call and the reading, ${change.by} called ${change.action} at ${change.at} (event ${change.eventID}): what decided then may have been different.`,
    );
  }
  return lines;
}

const subjectsOf = (resource: string | undefined, who: string | undefined): string[] =>
  [resource, who, roleOf(who)].filter((arn): arn is string => arn !== undefined && arn !== '*');

/** Sessions are read as their roles; the path is not in a session's ARN. */
function roleOf(arn: string | undefined): string | undefined {
  const [, account, role] = /^arn:[^:]*:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  return account && `arn:aws:iam::${account}:role/${role}`;
}
