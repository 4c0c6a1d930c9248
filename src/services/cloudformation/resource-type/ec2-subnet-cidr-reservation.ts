/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetcidrreservation.html */
import type { CreateSubnetCidrReservationRequest } from '../../../shapes/generated/ec2.ts';
import { updateTags } from './ec2-tags.ts';
import { type Property, TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const TEXT: Property = { type: 'String', change: 'replacement' };

/** Its physical id is that of its subnet and its own. */
const ownId = (physicalId: string) => physicalId.slice(physicalId.indexOf('|') + 1);

export const subnetCidrReservation: ResourceType = {
  name: 'AWS::EC2::SubnetCidrReservation',
  properties: {
    Cidr: { ...TEXT, required: true },
    Description: TEXT,
    ReservationType: { ...TEXT, required: true },
    SubnetId: { ...TEXT, required: true },
    Tags: TAGS,
  },
  attributes: ['Arn', 'OwnerId', 'SubnetCidrReservationId'],

  async create({ call }, { Tags = [], ...properties }) {
    const { SubnetCidrReservation: made } = await call('ec2', 'CreateSubnetCidrReservation', {
      ...(properties as unknown as CreateSubnetCidrReservationRequest),
      TagSpecifications: [{ ResourceType: 'subnet-cidr-reservation', Tags: tagsOf({ Tags }) }],
    });
    return `${made?.SubnetId}|${made?.SubnetCidrReservationId}`;
  },

  async read({ account, region }, { physicalId }) {
    const id = ownId(physicalId);
    const Arn = `arn:aws:ec2:${region}:${account}:subnet-cidr-reservation/${id}`;
    return { Arn, OwnerId: account, SubnetCidrReservationId: id };
  },

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, ownId(physicalId), from, to),

  async delete({ call }, { physicalId }) {
    await call('ec2', 'DeleteSubnetCidrReservation', { SubnetCidrReservationId: ownId(physicalId) });
  },
};
