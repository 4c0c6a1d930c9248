/** The group whose key is to change: by its name, or by its ARN as a resource among others that have keys. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { invalidParameter, notServed } from '../errors.ts';
import { namedGroup } from '../group/group.ts';

export function encryptedGroup(
  context: ResolveContext,
  request: { readonly logGroupName?: string; readonly resourceIdentifier?: string },
): string {
  const { logGroupName, resourceIdentifier } = request;
  if ((logGroupName === undefined) === (resourceIdentifier === undefined)) {
    throw invalidParameter('Exactly one of logGroupName and resourceIdentifier must be specified.');
  }
  if (resourceIdentifier?.includes(':query-result:')) throw notServed('query results');
  return namedGroup(context, { logGroupName, logGroupIdentifier: resourceIdentifier });
}
