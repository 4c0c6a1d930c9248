/** What an explanation of a real account's call rests on: when what was read, and what was changed between that and the call. */
import { ownerOfIdentity } from '../../import/cloudtrail/changes/iam-changes.ts';
import { organizationOwner } from '../../import/cloudtrail/changes/organizations-changes.ts';
import { originsOf } from '../../invoke/imported/described.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { Explanation } from '../explanation.ts';
import { lastSegment } from '../names.ts';
import type { Timelines } from './past/timelines.ts';

export async function basisOf(
  tx: ReadTransaction,
  { call, checks }: Pick<Explanation, 'call' | 'checks'>,
  timelines: Timelines,
): Promise<string[]> {
  if (!call) return [];
  const subjects = [call.resource, call.arn, roleOf(call.arn)].filter(
    (arn) => arn !== undefined && arn !== '*',
  ) as string[];
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
  const policies = checks.flatMap((check) => check.policies.map(({ policyName }) => policyName));
  const owners = [...subjects, ...policies].flatMap((name) => [
    ownerOfIdentity(name) ?? name,
    organizationOwner(lastSegment(name)),
  ]);
  const change = timelines.firstSince(owners, call.at);
  if (change) {
    lines.push(
      `Between the call and the reading, ${change.by} called ${change.action} at ${change.at} (event ${change.eventID}): what decided then may have been different.`,
    );
  }
  return lines;
}

/** Sessions are read as their roles; the path is not in a session's ARN. */
function roleOf(arn: string | undefined): string | undefined {
  const [, account, role] = /^arn:[^:]*:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn ?? '') ?? [];
  return account && `arn:aws:iam::${account}:role/${role}`;
}
