/** What was changed since a call of those who took part in its decisions. */
import type { Runtime } from '../../invoke/runtime.ts';
import type { Explanation } from '../denial/explanation.ts';
import { type ChangeSince, changesSince } from '../history/changes-since.ts';

export async function sinceThen({ store }: Runtime, { call, checks }: Explanation): Promise<ChangeSince[]> {
  if (!call) return [];
  const ofChecks = checks.flatMap(({ principal, resource, policies }) => [
    principal.arn,
    resource,
    ...policies.map(({ policyName }) => policyName),
  ]);
  const concerned = [call.arn, call.resource, ...ofChecks].filter((each) => each !== undefined);
  return store.read((tx) => changesSince(tx, call, concerned));
}
