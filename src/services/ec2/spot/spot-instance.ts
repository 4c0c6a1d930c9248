/** What may be done to a Spot Instance: it can be stopped and started only for a persistent request. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import type { InstanceRecord } from '../instance/instance.ts';
import { findResource } from '../resource/kind.ts';
import { SPOT_ROLE } from '../service-role.ts';
import { type SpotRequestRecord, spotRequestKind } from './spot-request.ts';

/** Undefined for On-Demand Instances, and for those whose request is not known. */
export async function requestOf(
  tx: ReadTransaction,
  scope: Scope,
  { spotRequestId }: InstanceRecord,
): Promise<SpotRequestRecord | undefined> {
  return spotRequestId === undefined ? undefined : findResource(tx, spotRequestKind, scope, spotRequestId);
}

/** aws-facts I17 */
export async function requireStoppable(
  tx: ReadTransaction,
  scope: Scope,
  instance: InstanceRecord,
): Promise<void> {
  const request = await requestOf(tx, scope, instance);
  if (!request || request.terms.type === 'persistent') return;
  throw new AwsError(
    'UnsupportedOperation',
    `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
  );
}

/** Spot's own calls, as its service-linked role. */
export const isSpot = (caller: Caller): boolean =>
  caller.kind === 'service-role' && caller.invokedBy === SPOT_ROLE.service;

/** Only what its user has stopped may its user start: what EC2 has taken back, EC2 starts when it has capacity again. */
export async function requireStartable(context: ResolveContext, instance: InstanceRecord): Promise<void> {
  const request = await requestOf(context.tx, context, instance);
  if (!request || isSpot(context.caller)) return;
  if (request.state === 'disabled' && request.status.code === 'instance-stopped-by-user') return;
  throw new AwsError(
    'IncorrectSpotRequestState',
    `You can't start the Spot Instance '${instance.id}' because the associated Spot Instance request is not in an appropriate state to support start.`,
  );
}
