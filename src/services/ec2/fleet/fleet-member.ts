/** The instances of a fleet: how they join it, and what becomes of it when they end. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import type { Instance } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import { launchFailure } from '../instance/launch-failure.ts';
import { type FleetMemberRecord, type FleetRecord, fleetMembers, isDeleted, membersOf } from './fleet.ts';
import { findFleet, putFleet } from './fleet-family.ts';
import { emitSpotChange, noteFleetEvent } from './fleet-history.ts';
import type { PoolLaunch } from './fleet-launch.ts';
import { followMemberStep, forgetFleetStep, reconcileFleetStep } from './fleet-steps.ts';

/** A fleet whose launches have failed tries again, but not at once, however short the simulated delays are. */
export const RETRY_FAILED_MS = 300_000;
/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/delete-fleet.html */
const SHOWN_AFTER_DELETION_MS = 48 * HOUR_MS;

export async function addMembers(
  context: EffectContext,
  fleet: FleetRecord,
  launches: readonly PoolLaunch[],
): Promise<void> {
  for (const { pool, lifecycle, instances: made } of launches) {
    for (const instance of made) {
      const member: FleetMemberRecord = {
        account: fleet.account,
        region: fleet.region,
        fleetId: fleet.id,
        instanceId: instance.InstanceId as string,
        lifecycle,
        weight: pool.weight,
        instanceType: pool.instanceType,
        zone: instance.Placement?.AvailabilityZone ?? pool.zone,
        spotRequestId: instance.SpotInstanceRequestId,
        launchedAtMs: context.nowMs,
      };
      context.tx.put(fleetMembers, member);
      await noteLaunched(context, fleet, member, instance);
      // It may have died before the fleet knew of it.
      context.schedule(followMemberStep, { fleetId: fleet.id, instanceId: member.instanceId });
    }
  }
}

async function noteLaunched(
  context: EffectContext,
  fleet: FleetRecord,
  { instanceId, instanceType, zone, spotRequestId }: FleetMemberRecord,
  { ImageId: image, Platform: platform }: Instance,
): Promise<void> {
  if (spotRequestId) {
    emitSpotChange(context, fleet, spotRequestId, 'submitted', 'open');
    emitSpotChange(context, fleet, spotRequestId, 'active', 'submitted');
  }
  const productDescription = platform ? 'Windows' : 'Linux/UNIX';
  await noteFleetEvent(context, fleet, {
    kind: 'instance',
    subType: 'launched',
    instanceId,
    description: JSON.stringify({ instanceType, image, productDescription, availabilityZone: zone }),
  });
}

export const followMemberWorkflow = workflow(followMemberStep, ec2, async (_ctx, { fleetId, instanceId }) => {
  return async (context) => {
    const { tx, account, region } = context;
    const fleet = await findFleet(tx, context, fleetId);
    const member = await tx.get(fleetMembers, [account, region, fleetId, instanceId]);
    if (!fleet || !member) return;
    const instance = await tx.get(instances, [account, region, instanceId]);
    if (instance?.state === 'running' && fleet.failure) putFleet(tx, { ...fleet, failure: undefined });
    if (instance?.interruptedAtMs !== undefined && !member.isAtRisk) rebalance(context, fleet, member);
    if (instance?.state === 'shutting-down' && !member.isLeaving)
      await leave(context, fleet, member, instance);
    if (!instance || instance.state === 'terminated') await end(context, fleet, member, instance);
  };
});

/** With capacity rebalancing a fleet does not wait until the instance is gone (aws-facts I21). */
function rebalance(context: EffectContext, fleet: FleetRecord, member: FleetMemberRecord): void {
  if (!fleet.request.SpotOptions?.MaintenanceStrategies?.CapacityRebalance) return;
  context.tx.put(fleetMembers, { ...member, isAtRisk: true });
  context.schedule(reconcileFleetStep, { fleetId: fleet.id });
}

/** It counts no more, and a fleet that is maintained replaces it. */
async function leave(
  context: EffectContext,
  fleet: FleetRecord,
  member: FleetMemberRecord,
  instance: InstanceRecord | undefined,
): Promise<void> {
  context.tx.put(fleetMembers, { ...member, isLeaving: true });
  if (member.spotRequestId) emitSpotChange(context, fleet, member.spotRequestId, 'cancelled', 'active');
  const hasFailed = instance?.failure !== undefined;
  if (hasFailed) await noteFailure(context, fleet, instance);
  if (fleet.type !== 'maintain' || fleet.state !== 'active') return;
  const delayMs = hasFailed ? RETRY_FAILED_MS : context.ports.delays.scaled(1000);
  context.schedule(reconcileFleetStep, { fleetId: fleet.id }, { delayMs });
}

/** The instance was launched, and its key has failed it: only its own state says why (aws-facts I7, I24). */
async function noteFailure(
  context: EffectContext,
  fleet: FleetRecord,
  instance: InstanceRecord,
): Promise<void> {
  const reason = instance.stateReason?.Message ?? '';
  const description = `${instance.type}, ${instance.imageId}, Linux/UNIX, ${instance.zone}: ${reason}`;
  await noteFleetEvent(context, fleet, {
    kind: 'information',
    subType: 'launchSpecTemporarilyBlacklisted',
    description,
    instanceId: instance.id,
  });
  putFleet(context.tx, {
    ...fleet,
    failure: launchFailure(instance),
    retryAtMs: context.nowMs + RETRY_FAILED_MS,
  });
}

async function end(
  context: EffectContext,
  fleet: FleetRecord,
  member: FleetMemberRecord,
  instance: InstanceRecord | undefined,
): Promise<void> {
  if (!member.isLeaving) await leave(context, fleet, member, instance);
  const { account, region, fleetId, instanceId } = member;
  context.tx.delete(fleetMembers, [account, region, fleetId, instanceId]);
  await noteFleetEvent(context, fleet, { kind: 'instance', subType: 'terminated', instanceId });
  const current = await findFleet(context.tx, context, fleetId);
  if (current && isDeleted(current)) await finishDeletion(context, current);
}

/** A deleted fleet has gone with its last instance. */
export async function finishDeletion(context: EffectContext, fleet: FleetRecord): Promise<void> {
  if (fleet.state === 'deleted' || (await membersOf(context.tx, fleet, 1)).length > 0) return;
  putFleet(context.tx, { ...fleet, state: 'deleted' });
  await noteFleetEvent(context, fleet, { kind: 'state', subType: 'deleted' });
  context.schedule(forgetFleetStep, { fleetId: fleet.id }, { delayMs: SHOWN_AFTER_DELETION_MS });
}
