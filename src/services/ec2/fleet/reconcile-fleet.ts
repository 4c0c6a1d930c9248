/**
 * A fleet that goes on after the reply gets what it lacks, and gives back what it has too much of: launches and terminations
 * by its service-linked role, whose rights decide over keys (aws-facts I11, I13, I29).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { ec2 } from '../ec2.ts';
import { asServiceRole } from '../service-role.ts';
import { capacityOf, type FleetMemberRecord, type FleetRecord, type Lifecycle, membersOf } from './fleet.ts';
import { familyOf, findFleet, putFleet } from './fleet-family.ts';
import { noteFleetEvent } from './fleet-history.ts';
import { failureOf, type Launched, launchCapacity, type PoolRefusal, reachedLimit } from './fleet-launch.ts';
import { addMembers, RETRY_FAILED_MS } from './fleet-member.ts';
import { reconcileFleetStep } from './fleet-steps.ts';
import { poolsOf } from './pools-of-fleet.ts';

export const reconcileFleetWorkflow = workflow(reconcileFleetStep, ec2, async (ctx, { fleetId }) => {
  await reconcile(ctx, fleetId);
  return undefined;
});

const NOTHING: Launched = { launches: [], refusals: [] };

async function reconcile(ctx: WorkflowContext, fleetId: string): Promise<void> {
  await ctx.transact((context) => activate(context, fleetId));
  const fleet = await ctx.read((tx) => findFleet(tx, ctx, fleetId));
  if (!fleet || fleet.type === 'instant') return;
  const members = await ctx.read((tx) => membersOf(tx, fleet));
  const wanted = wantedOf(fleet, members, ctx.nowMs);
  const excess = excessOf(fleet, members);
  if (wanted['on-demand'] + wanted.spot === 0 && excess.length === 0) return;
  try {
    const pools = () => ctx.read((tx) => poolsOf(tx, ctx, fleet));
    const call = await asServiceRole(ctx, familyOf(fleetId).role);
    const isShort = wanted['on-demand'] + wanted.spot > 0;
    const launched = isShort
      ? await launchCapacity(call, fleet, await pools(), wanted, { members })
      : NOTHING;
    await terminate(call, excess);
    await ctx.transact((context) => record(context, fleetId, launched, excess));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    await ctx.transact((context) => fail(context, fleetId, error));
  }
}

async function activate(context: EffectContext, fleetId: string): Promise<void> {
  const fleet = await findFleet(context.tx, context, fleetId);
  if (fleet?.state !== 'submitted' && fleet?.state !== 'modifying') return;
  putFleet(context.tx, { ...fleet, state: 'active' });
  const subType = fleet.state === 'submitted' ? 'active' : 'modify_succeeded';
  await noteFleetEvent(context, fleet, { kind: 'state', subType });
}

/** What is to be launched of each market: of a fleet of type request once, of one that is maintained whenever it lacks. */
function wantedOf(
  fleet: FleetRecord,
  members: readonly FleetMemberRecord[],
  nowMs: number,
): Readonly<Record<Lifecycle, number>> {
  const waits = fleet.state !== 'active' || (fleet.retryAtMs ?? 0) > nowMs;
  if (waits || (fleet.type === 'request' && fleet.isPlaced)) return { 'on-demand': 0, spot: 0 };
  const lacking = (lifecycle: Lifecycle, target: number) =>
    Math.max(0, target - capacityOf(members, lifecycle));
  return {
    'on-demand': lacking('on-demand', fleet.target.onDemand),
    spot: lacking('spot', fleet.target.spot),
  };
}

/** What is to be terminated: everything of a fleet that is to end, the youngest of one that is too large. */
function excessOf(fleet: FleetRecord, members: readonly FleetMemberRecord[]): FleetMemberRecord[] {
  const staying = members.filter(({ isLeaving }) => !isLeaving);
  if (fleet.state === 'deleted_terminating') return staying;
  const { ExcessCapacityTerminationPolicy: policy = 'termination' } = fleet.request;
  if (fleet.state !== 'active' || fleet.type !== 'maintain' || policy === 'no-termination') return [];
  return [
    ...youngestOver(staying, 'on-demand', fleet.target.onDemand),
    ...youngestOver(staying, 'spot', fleet.target.spot),
  ];
}

function youngestOver(
  members: readonly FleetMemberRecord[],
  lifecycle: Lifecycle,
  target: number,
): FleetMemberRecord[] {
  let over = capacityOf(members, lifecycle) - target;
  const youngestFirst = members
    .filter((member) => member.lifecycle === lifecycle)
    .toSorted((one, other) => other.launchedAtMs - one.launchedAtMs);
  return youngestFirst.filter(({ weight }) => {
    // One that counts for more than what is too much stays: without it the target would not be met.
    if (weight > over) return false;
    over -= weight;
    return true;
  });
}

async function terminate(call: Call, members: readonly FleetMemberRecord[]): Promise<void> {
  if (members.length === 0) return;
  await call('ec2', 'TerminateInstances', { InstanceIds: members.map(({ instanceId }) => instanceId) });
}

async function record(
  context: EffectContext,
  fleetId: string,
  launched: Launched,
  terminated: readonly FleetMemberRecord[],
): Promise<void> {
  const fleet = await findFleet(context.tx, context, fleetId);
  if (!fleet) return;
  const { launches, refusals } = launched;
  for (const { lifecycle, instanceId } of terminated) {
    if (fleet.state !== 'active' || lifecycle !== 'spot') continue;
    await noteFleetEvent(context, fleet, { kind: 'instance', subType: 'termination_notified', instanceId });
  }
  if (launches.length > 0) await noteFleetEvent(context, fleet, { kind: 'state', subType: 'progress' });
  await addMembers(context, fleet, launches);
  for (const refusal of refusals) await noteRefusal(context, fleet, refusal);
  const failure = failureOf(launched);
  const goesOn = reachedLimit(launched) && refusals.length === 0;
  if (failure && refusals.every(({ error }) => error.code === PRICE_TOO_LOW)) {
    await noteFleetEvent(context, fleet, { kind: 'information', subType: 'fleetProgressHalted' });
  }
  putFleet(context.tx, {
    ...fleet,
    isPlaced: !goesOn,
    failure: failure ?? fleet.failure,
  });
  if (goesOn) context.schedule(reconcileFleetStep, { fleetId });
  // What could not be had is asked for again, in AWS's time.
  if (refusals.length === 0 || fleet.type !== 'maintain') return;
  context.schedule(reconcileFleetStep, { fleetId }, { delayMs: RETRY_FAILED_MS });
}

const PRICE_TOO_LOW = 'SpotMaxPriceTooLow';
const NOT_PERMITTED = /^(?:UnauthorizedOperation|AccessDenied|AuthFailure)/;

/** In the words of AWS's examples (aws-facts I9). */
async function noteRefusal(
  context: EffectContext,
  fleet: FleetRecord,
  { pool, error }: PoolRefusal,
): Promise<void> {
  const { instanceType, imageId, zone } = pool;
  const about = `${instanceType}, ${imageId}, Linux/UNIX`;
  if (error.code === PRICE_TOO_LOW) {
    const description = `${about}, ${zone}, ${error.message}`;
    await noteFleetEvent(context, fleet, { kind: 'information', subType: 'launchSpecUnusable', description });
    return;
  }
  const subType = NOT_PERMITTED.test(error.code)
    ? 'iamFleetRoleInvalid'
    : 'spotFleetRequestConfigurationInvalid';
  await noteFleetEvent(context, fleet, { kind: 'error', subType, description: `${about}: ${error.message}` });
}

/** Not one pool is at fault, but the fleet: its role, or a launch template that is gone. */
async function fail(context: EffectContext, fleetId: string, error: AwsError): Promise<void> {
  const fleet = await findFleet(context.tx, context, fleetId);
  if (!fleet) return;
  const { code, message, eventId } = error;
  putFleet(context.tx, { ...fleet, failure: { message, eventId } });
  const subType = NOT_PERMITTED.test(code) ? 'iamFleetRoleInvalid' : 'spotFleetRequestConfigurationInvalid';
  await noteFleetEvent(context, fleet, { kind: 'error', subType, description: message });
  if (fleet.type !== 'maintain') return;
  context.schedule(reconcileFleetStep, { fleetId }, { delayMs: RETRY_FAILED_MS });
}
