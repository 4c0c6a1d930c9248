/** How a fleet ends: deleted, or at the end of its validity; and when it is no longer shown. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { type FleetRecord, isDeleted } from './fleet.ts';
import { familyOf, findFleet, putFleet } from './fleet-family.ts';
import { historyOf, noteFleetEvent, removeHistory } from './fleet-history.ts';
import { finishDeletion } from './fleet-member.ts';
import { expireFleetStep, forgetFleetStep, reconcileFleetStep } from './fleet-steps.ts';

/** The fleet as it is from now on: it launches nothing more, and its instances end or go on. */
export async function deleteFleet(
  context: EffectContext,
  fleet: FleetRecord,
  terminatesInstances: boolean,
): Promise<FleetRecord> {
  const state = terminatesInstances ? 'deleted_terminating' : 'deleted_running';
  const deleted: FleetRecord = { ...fleet, state };
  putFleet(context.tx, deleted);
  await noteFleetEvent(context, fleet, { kind: 'state', subType: state });
  if (terminatesInstances) context.schedule(reconcileFleetStep, { fleetId: fleet.id });
  await finishDeletion(context, deleted);
  return deleted;
}

export const expireFleetWorkflow = workflow(expireFleetStep, ec2, async (_ctx, { fleetId }) => {
  return async (context) => {
    const fleet = await findFleet(context.tx, context, fleetId);
    if (!fleet || isDeleted(fleet)) return;
    await noteFleetEvent(context, fleet, { kind: 'state', subType: 'expired' });
    await deleteFleet(context, fleet, fleet.request.TerminateInstancesWithExpiration ?? false);
  };
});

export const forgetFleetWorkflow = workflow(forgetFleetStep, ec2, async (_ctx, { fleetId }) => {
  return async (context) => {
    const fleet = await findFleet(context.tx, context, fleetId);
    if (fleet?.state !== 'deleted') return;
    removeHistory(context, await historyOf(context.tx, fleet));
    await familyOf(fleetId).kind.records.remove(context.tx, fleet);
  };
});
