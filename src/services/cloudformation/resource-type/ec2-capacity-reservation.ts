/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-capacityreservation.html */
import type {
  CapacityReservation,
  CreateCapacityReservationRequest,
  ModifyCapacityReservationRequest,
} from '../../../shapes/generated/ec2.ts';
import { ofInput, type Property } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const TEXT: Property = { type: 'String', change: 'replacement' };

async function find({ call }: ResourceContext, id: string): Promise<CapacityReservation> {
  const { CapacityReservations: [reservation] = [] } = await call('ec2', 'DescribeCapacityReservations', {
    CapacityReservationIds: [id],
  });
  return reservation ?? {};
}

export const capacityReservation: ResourceType = {
  name: 'AWS::EC2::CapacityReservation',
  properties: {
    AvailabilityZone: TEXT,
    AvailabilityZoneId: TEXT,
    EbsOptimized: { type: 'Boolean', change: 'replacement' },
    EndDate: { type: 'String' },
    EndDateType: { type: 'String' },
    InstanceCount: { type: 'Integer', required: true },
    InstanceMatchCriteria: TEXT,
    InstancePlatform: { ...TEXT, required: true },
    InstanceType: { ...TEXT, required: true },
    TagSpecifications: {
      type: ofInput('ec2', 'CreateCapacityReservation', 'TagSpecifications'),
      change: 'replacement',
    },
    Tenancy: TEXT,
  },
  unserved: ['EphemeralStorage', 'OutPostArn', 'PlacementGroupArn', 'UnusedReservationBillingOwnerId'],
  unservedAttributes: ['CapacityReservationFleetId', 'CommitmentInfo', 'DeliveryPreference'],
  attributes: [
    'AvailabilityZone',
    'AvailableInstanceCount',
    'CapacityAllocationSet',
    'CapacityReservationArn',
    'CreateDate',
    'Id',
    'InstanceType',
    'OwnerId',
    'ReservationType',
    'StartDate',
    'State',
    'Tenancy',
    'TotalInstanceCount',
  ],

  async create({ call, token }, properties) {
    const { CapacityReservation: made } = await call('ec2', 'CreateCapacityReservation', {
      ...(properties as unknown as CreateCapacityReservationRequest),
      ClientToken: token,
    });
    return made?.CapacityReservationId as string;
  },

  async read(ctx, { physicalId }) {
    const found = await find(ctx, physicalId);
    return {
      AvailabilityZone: found.AvailabilityZone ?? '',
      AvailableInstanceCount: found.AvailableInstanceCount ?? 0,
      CapacityAllocationSet: (found.CapacityAllocations ?? []).map(({ AllocationType = '', Count = 0 }) => ({
        AllocationType,
        Count,
      })),
      CapacityReservationArn: found.CapacityReservationArn ?? '',
      CreateDate: isoTime(found.CreateDate),
      Id: physicalId,
      InstanceType: found.InstanceType ?? '',
      OwnerId: found.OwnerId ?? '',
      ReservationType: found.ReservationType ?? '',
      StartDate: isoTime(found.StartDate),
      State: found.State ?? '',
      Tenancy: found.Tenancy ?? '',
      TotalInstanceCount: found.TotalInstanceCount ?? 0,
    };
  },

  async update({ call }, { physicalId, properties: from }, to) {
    const { EndDate, EndDateType, InstanceCount } = to;
    const changed = { EndDate, EndDateType, InstanceCount } as unknown;
    await call('ec2', 'ModifyCapacityReservation', {
      ...(changed as ModifyCapacityReservationRequest),
      ...takenAway(from, to, { EndDateType: 'unlimited' }),
      CapacityReservationId: physicalId,
    });
  },

  async delete({ call }, { physicalId: CapacityReservationId }) {
    await call('ec2', 'CancelCapacityReservation', { CapacityReservationId });
  },
};

const isoTime = (time: unknown): string => (time === undefined ? '' : new Date(time as number).toISOString());
