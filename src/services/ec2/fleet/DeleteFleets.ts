/**
 * Deletes fleets, with their instances or without; each id has its own outcome in the reply
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Found, optional } from '../../../invoke/verdict.ts';
import type { DeleteFleetErrorItem, DeleteFleetsResult } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { ec2Arn } from '../resource/arn.ts';
import { resourceCheck } from '../resource/kind.ts';
import { FLEET_ROLE } from '../service-role.ts';
import { deleteFleet } from './end-fleet.ts';
import { type FleetRecord, fleetKind, isDeleted, membersOf } from './fleet.ts';

const ACTION = 'ec2:DeleteFleets';
const MAX_INSTANT = 25;
const MAX_OTHERS = 100;

export default ec2.operation('DeleteFleets', {
  async checks(context, input) {
    const found: Found<FleetRecord | undefined>[] = [];
    for (const id of new Set(input.FleetIds)) found.push(await fleetCheck(context, id));
    return { fleets: found };
  },

  preconditions(_context, { TerminateInstances: terminates }, { fleets }) {
    const records = fleets.flatMap(({ record }) => record ?? []);
    const instant = records.filter(({ type }) => type === 'instant');
    if (instant.length > 0 && !terminates) {
      throw new AwsError(
        'InvalidParameterValue',
        'NoTerminateInstances option is not supported for instant fleet',
      );
    }
    if (instant.length <= MAX_INSTANT && records.length - instant.length <= MAX_OTHERS) return;
    throw new AwsError(
      'InvalidParameterValue',
      `At most ${MAX_INSTANT} instant fleets and ${MAX_OTHERS} other ones can be deleted in a request.`,
    );
  },

  /** What an instant fleet has launched ends as it began: with the caller's rights. */
  async calls(ctx, _input, { fleets }) {
    for (const { record } of fleets) {
      if (record?.type !== 'instant' || isDeleted(record)) continue;
      const members = await ctx.read((tx) => membersOf(tx, record));
      const InstanceIds = members.map(({ instanceId }) => instanceId);
      if (InstanceIds.length === 0) continue;
      await ctx.call('ec2', 'TerminateInstances', { InstanceIds }, { invokedBy: FLEET_ROLE.service });
    }
  },

  async execute(context, input, { fleets }): Promise<DeleteFleetsResult> {
    const successful = [];
    const unsuccessful: DeleteFleetErrorItem[] = [];
    const ids = [...new Set(input.FleetIds)];
    for (const [index, { record }] of fleets.entries()) {
      const FleetId = ids[index] as string;
      const refused = refusalOf(FleetId, record);
      if (!record || refused) {
        unsuccessful.push({ FleetId, Error: refused });
        continue;
      }
      const { state: CurrentFleetState } = await deleteFleet(context, record, input.TerminateInstances);
      successful.push({ FleetId, PreviousFleetState: record.state, CurrentFleetState });
    }
    return { SuccessfulFleetDeletions: successful, UnsuccessfulFleetDeletions: unsuccessful };
  },
});

/** An id that cannot be one, or stands for no fleet, is asked for all the same: the reply says what is wrong with it. */
async function fleetCheck(context: ResolveContext, id: string): Promise<Found<FleetRecord | undefined>> {
  if (isFleetId(id)) return optional(await resourceCheck(context, fleetKind, ACTION, id));
  return {
    action: ACTION,
    resource: ec2Arn(context, fleetKind.type, '*'),
    account: context.account,
    record: undefined,
    conditions: () => ({ 'ec2:Region': context.region }),
  };
}

const isFleetId = (id: string) =>
  id.startsWith(`${fleetKind.prefix}-`) && fleetKind.idForm!.test(id.slice(fleetKind.prefix.length + 1));

function refusalOf(id: string, fleet: FleetRecord | undefined): DeleteFleetErrorItem['Error'] {
  if (!isFleetId(id)) return { Code: 'fleetIdMalformed', Message: `The fleet ID '${id}' is malformed` };
  if (!fleet) return { Code: 'fleetIdDoesNotExist', Message: `The fleet ID '${id}' does not exist` };
  if (!isDeleted(fleet)) return undefined;
  return {
    Code: 'fleetNotInDeletableState',
    Message: `Fleet ${id} is not in a state from which it can be deleted: it is ${fleet.state}.`,
  };
}
