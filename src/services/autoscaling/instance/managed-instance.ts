/** Operations that name an instance, and by it its group. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { checkGroup, type GroupRecord } from '../group/group.ts';
import { findInstance, noManagedInstance } from './instance.ts';

/** The check on the group that the instance belongs to; what belongs to none is told of after authorization. */
export async function checkGroupOf(
  context: ResolveContext,
  action: string,
  instanceId: string,
): Promise<Check<GroupRecord>> {
  const instance = await findInstance(context.tx, context, instanceId);
  const check = await checkGroup(context, action, instance?.groupName ?? '*');
  return instance ? check : { ...check, missing: noManagedInstance(instanceId) };
}
