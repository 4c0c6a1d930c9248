/**
 * Ends Spot Fleet requests, with their instances or without; each id has its own outcome in the reply
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequests.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CancelSpotFleetRequestsResponse } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { type EndingWords, endFleets, endingChecks } from '../fleet/end-together.ts';
import { spotFleetKind } from './spot-fleet.ts';

const ACTION = 'ec2:CancelSpotFleetRequests';
const MAX_REQUESTS = 100;
/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotFleetRequestsError.html */
const WORDS: EndingWords = {
  noun: 'spot fleet request',
  malformed: 'fleetRequestIdMalformed',
  unknown: 'fleetRequestIdDoesNotExist',
  ended: 'fleetRequestNotInCancellableState',
  verb: 'cancelled',
};

export default ec2.operation('CancelSpotFleetRequests', {
  async checks(context, input) {
    return { fleets: await endingChecks(context, spotFleetKind, ACTION, input.SpotFleetRequestIds) };
  },

  preconditions(_context, input) {
    if (input.SpotFleetRequestIds.length <= MAX_REQUESTS) return;
    throw new AwsError(
      'InvalidParameterValue',
      `At most ${MAX_REQUESTS} Spot Fleet requests can be cancelled in a request.`,
    );
  },

  async execute(context, input, { fleets }): Promise<CancelSpotFleetRequestsResponse> {
    const { SpotFleetRequestIds: ids, TerminateInstances: terminates } = input;
    const endings = await endFleets(context, WORDS, spotFleetKind, ids, fleets, terminates);
    return {
      SuccessfulFleetRequests: endings
        .filter(({ refused }) => !refused)
        .map(({ id, previous, current }) => ({
          SpotFleetRequestId: id,
          PreviousSpotFleetRequestState: previous,
          CurrentSpotFleetRequestState: current,
        })),
      UnsuccessfulFleetRequests: endings
        .filter(({ refused }) => refused)
        .map(({ id, refused }) => ({ SpotFleetRequestId: id, Error: refused })),
    };
  },
});
