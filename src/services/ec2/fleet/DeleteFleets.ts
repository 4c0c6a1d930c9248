/**
 * Deletes fleets, with their instances or without; each id has its own outcome in the reply
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFleets.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type {
  DeleteFleetErrorItem,
  DeleteFleetSuccessItem,
  DeleteFleetsResult,
} from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { FLEET_ROLE } from '../service-role.ts';
import { type EndingWords, endFleets, endingChecks } from './end-together.ts';
import { fleetKind, isDeleted, membersOf } from './fleet.ts';

const ACTION = 'ec2:DeleteFleets';
const MAX_INSTANT = 25;
const MAX_OTHERS = 100;
const WORDS: EndingWords = {
  noun: 'fleet',
  malformed: 'fleetIdMalformed',
  unknown: 'fleetIdDoesNotExist',
  ended: 'fleetNotInDeletableState',
  verb: 'deleted',
};

export default ec2.operation('DeleteFleets', {
  async checks(context, input) {
    return { fleets: await endingChecks(context, fleetKind, ACTION, input.FleetIds) };
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
    const { FleetIds: ids, TerminateInstances: terminates } = input;
    const endings = await endFleets(context, WORDS, fleetKind, ids, fleets, terminates);
    return {
      SuccessfulFleetDeletions: endings
        .filter(({ refused }) => !refused)
        .map(({ id: FleetId, previous, current }) => ({
          FleetId,
          PreviousFleetState: previous,
          CurrentFleetState: current,
        })) as DeleteFleetSuccessItem[],
      UnsuccessfulFleetDeletions: endings
        .filter(({ refused }) => refused)
        .map(({ id: FleetId, refused }) => ({ FleetId, Error: refused })) as DeleteFleetErrorItem[],
    };
  },
});
