/** An instance and, by it, its group. */
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor } from '../../../invoke/verdict.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { findGroup, type GroupRecord, groupCheck } from '../group/group.ts';
import { findInstance, type InstanceRecord, noManagedInstance } from './instance.ts';

export interface Member {
  readonly instance: InstanceRecord;
  readonly group: GroupRecord;
}

/** Undefined where the instance belongs to no group any more. */
export async function findMember(
  tx: ReadTransaction,
  scope: Scope,
  instanceId: string,
): Promise<Member | undefined> {
  const instance = await findInstance(tx, scope, instanceId);
  const group = instance && (await findGroup(tx, scope, instance.groupName));
  return group && { instance, group };
}

/** The check on the group that the instance belongs to; an instance of no group is reported only after authorization. */
export async function memberGroupCheck(
  context: ResolveContext,
  action: string,
  instanceId: string,
): Promise<Check<GroupRecord>> {
  const instance = await findInstance(context.tx, context, instanceId);
  const check = await groupCheck(context, action, instance?.groupName ?? '*');
  return missingFor(check, instance ? undefined : noManagedInstance(instanceId));
}
