/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCapacityReservation.html. From now on, not later. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CreateCapacityReservationRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { requireInstanceType } from '../instance/instance-type.ts';
import { findZone } from '../region/region.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { newId, requireResource } from '../resource/kind.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import {
  type CapacityReservationRecord,
  capacityReservationKind,
  showReservation,
  showReservations,
} from './capacity-reservation.ts';
import { scheduleEnd } from './end-reservation.ts';
import { requestedEnd, requireCount } from './reservation-request.ts';

const OPERATION = 'CreateCapacityReservation';

export default ec2.operation('CreateCapacityReservation', {
  unserved: ['CommitmentDuration', 'DeliveryPreference', 'OutpostArn', 'PlacementGroupArn', 'StartDate'],
  checks(context, input) {
    const plan = requested(context.region, input);
    const { instanceType, platform, zone, zoneId, tenancy, count, matchCriteria } = plan;
    const { create, tag } = taggedCreationCheck(
      context,
      `ec2:${OPERATION}`,
      capacityReservationKind,
      input,
      plan,
      () => ({
        'ec2:AvailabilityZone': zone,
        'ec2:AvailabilityZoneId': zoneId,
        'ec2:InstanceCount': count,
        'ec2:InstanceMatchCriteria': matchCriteria,
        'ec2:InstancePlatform': platform,
        'ec2:InstanceType': instanceType,
        'ec2:Tenancy': tenancy,
      }),
    );
    return { reservation: create, tag };
  },
  preconditions: ({ nowMs }, input) => void requestedEnd(input, nowMs),
  async execute(context, input, { reservation: { plan } }) {
    const { account, region, tx, nowMs } = context;
    const [known] = (await idsOfToken(tx, context, OPERATION, input)) ?? [];
    if (known) {
      const reservation = await requireResource(tx, capacityReservationKind, context, known);
      return { CapacityReservation: (await showReservations(tx, [reservation]))[0] };
    }
    const made: CapacityReservationRecord = {
      ...plan,
      account,
      region,
      id: newId(context.entropy, capacityReservationKind.prefix),
      state: 'active',
      createdAtMs: nowMs,
      endsAtMs: requestedEnd(input, nowMs),
    };
    await capacityReservationKind.records.put(tx, made);
    scheduleEnd(context, made);
    rememberToken(tx, context, OPERATION, input, [made.id]);
    return { CapacityReservation: showReservation(made, 0) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, capacityReservationKind.type, [
        output?.CapacityReservation?.CapacityReservationId,
      ]),
  },
});

function requested(region: string, input: CreateCapacityReservationRequest) {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  if (!name && !id) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter availabilityZone');
  }
  const zone = findZone(region, { name, id });
  if (!zone) throw new AwsError('InvalidAvailabilityZone', `Invalid availability zone: [${name ?? id}]`);
  requireCount(input.InstanceCount);
  return {
    instanceType: requireInstanceType(input.InstanceType).name,
    platform: input.InstancePlatform as string,
    zone: zone.name,
    zoneId: zone.id,
    tenancy: input.Tenancy ?? 'default',
    count: input.InstanceCount,
    ebsOptimized: input.EbsOptimized ?? false,
    ephemeralStorage: input.EphemeralStorage ?? false,
    matchCriteria: input.InstanceMatchCriteria ?? 'open',
  } as const;
}
