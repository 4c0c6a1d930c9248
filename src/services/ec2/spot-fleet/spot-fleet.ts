/** A Spot Fleet request: a fleet (fleet/fleet.ts) under an id, an ARN and a table of its own. */
import { AwsError } from '../../../aws/aws-error.ts';
import { table } from '../../../store/store.ts';
import type { FleetRecord } from '../fleet/fleet.ts';
import { storedKind } from '../resource/kind.ts';

const spotFleets = table<FleetRecord>()({
  name: 'ec2.spot-fleets',
  key: ({ account, region, id }) => [account, region, id],
});

export const spotFleetKind = storedKind<FleetRecord>({
  type: 'spot-fleet-request',
  prefix: 'sfr',
  idForm: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  table: spotFleets,
  notFound: (ids) =>
    new AwsError(
      'InvalidSpotFleetRequestId.NotFound',
      ids.length === 1
        ? `The spot fleet request ID '${ids[0]}' does not exist.`
        : `The spot fleet request IDs '${ids.join(', ')}' do not exist.`,
    ),
  malformed: (id) =>
    new AwsError('InvalidSpotFleetRequestId.Malformed', `The spot fleet request ID '${id}' is malformed`),
  conditions: () => ({}),
});
