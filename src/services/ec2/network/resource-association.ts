/** Associations that have an id of their own and no record: whoever names one acts on the resource that has it. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { accountCheck, ownResourceCheck, type ResourceKind, type ResourceRecord } from '../resource/kind.ts';

/** The check for the resource that has the association; `missing` where none has it. */
export async function associationCheck<R extends ResourceRecord>(
  context: ResolveContext,
  kind: ResourceKind<R>,
  action: string,
  resourceId: string | undefined,
  missing: AwsError,
): Promise<Check<R>> {
  if (resourceId !== undefined) return ownResourceCheck(context, kind, action, resourceId);
  return { ...accountCheck(context, action), record: undefined, missing };
}
