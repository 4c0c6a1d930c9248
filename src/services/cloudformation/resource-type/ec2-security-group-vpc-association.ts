/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupvpcassociation.html */
import type { JsonObject } from '../template/json.ts';
import type { Property } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const TEXT: Property = { type: 'String', required: true, change: 'replacement' };

const associationOf = ({ GroupId, VpcId }: JsonObject) => ({
  GroupId: GroupId as string,
  VpcId: VpcId as string,
});

async function find({ call }: ResourceContext, properties: JsonObject) {
  const { GroupId, VpcId } = associationOf(properties);
  const { SecurityGroupVpcAssociations: [association] = [] } = await call(
    'ec2',
    'DescribeSecurityGroupVpcAssociations',
    {
      Filters: [
        { Name: 'group-id', Values: [GroupId] },
        { Name: 'vpc-id', Values: [VpcId] },
      ],
    },
  );
  return association;
}

export const securityGroupVpcAssociation: ResourceType = {
  name: 'AWS::EC2::SecurityGroupVpcAssociation',
  properties: { GroupId: TEXT, VpcId: TEXT },
  attributes: ['State', 'StateReason', 'VpcOwnerId'],

  async create({ call }, properties) {
    const association = associationOf(properties);
    await call('ec2', 'AssociateSecurityGroupVpc', association);
    return `${association.GroupId}|${association.VpcId}`;
  },

  async read(ctx, { properties }) {
    const { State = '', VpcOwnerId = '' } = (await find(ctx, properties)) ?? {};
    // There is a reason only where an association failed, and none does.
    return State === 'associated' ? { State, StateReason: '', VpcOwnerId } : undefined;
  },

  async delete({ call }, { properties }) {
    await call('ec2', 'DisassociateSecurityGroupVpc', associationOf(properties));
  },

  async isGone(ctx, { properties }) {
    return (await find(ctx, properties)) === undefined;
  },
};
