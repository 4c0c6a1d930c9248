/** An instance and, by it, its group. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { checkGroup, findGroup, type GroupRecord, type Home } from '../group/group.ts';
import { findInstance, type InstanceRecord, noManagedInstance } from './instance.ts';

export interface Member {
  readonly instance: InstanceRecord;
  readonly group: GroupRecord;
}

/** Undefined where the instance belongs to no group any more. */
export async function findMember(
  tx: ReadTransaction,
  home: Home,
  instanceId: string,
): Promise<Member | undefined> {
  const instance = await findInstance(tx, home, instanceId);
  const group = instance && (await findGroup(tx, home, instance.groupName));
  return group && { instance, group };
}

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
