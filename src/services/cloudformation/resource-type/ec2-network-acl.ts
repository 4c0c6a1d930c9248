/**
 * A network ACL, its entries, and the subnets that go by it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkacl.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetnetworkaclassociation.html
 */
import type { CreateNetworkAclEntryRequest, NetworkAcl } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const networkAcl: ResourceType = {
  name: 'AWS::EC2::NetworkAcl',
  properties: { Tags: TAGS, VpcId: { type: 'String', required: true, change: 'replacement' } },
  attributes: ['Id'],

  async create({ call, token }, properties) {
    const { NetworkAcl: made } = await call('ec2', 'CreateNetworkAcl', {
      VpcId: properties.VpcId as string,
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'network-acl', Tags: tagsOf(properties) }],
    });
    return made?.NetworkAclId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: NetworkAclId }) {
    await call('ec2', 'DeleteNetworkAcl', { NetworkAclId });
  },
};

const nameOf = ({ NetworkAclId, RuleNumber, Egress = false }: JsonObject) => ({
  NetworkAclId: NetworkAclId as string,
  RuleNumber: RuleNumber as number,
  Egress: Egress as boolean,
});

function entryOf({ Icmp, Protocol, ...properties }: JsonObject): CreateNetworkAclEntryRequest {
  const rest = properties as unknown as Omit<CreateNetworkAclEntryRequest, 'Protocol' | 'Egress'>;
  return {
    ...rest,
    ...nameOf(properties),
    Protocol: String(Protocol),
    IcmpTypeCode: Icmp as CreateNetworkAclEntryRequest['IcmpTypeCode'],
  };
}

export const networkAclEntry: ResourceType = {
  name: 'AWS::EC2::NetworkAclEntry',
  properties: {
    CidrBlock: { type: 'String' },
    Egress: { type: 'Boolean', change: 'replacement' },
    Icmp: { type: { object: { Code: { type: 'Integer' }, Type: { type: 'Integer' } } } },
    Ipv6CidrBlock: { type: 'String' },
    NetworkAclId: { type: 'String', required: true, change: 'replacement' },
    PortRange: { type: { object: { From: { type: 'Integer' }, To: { type: 'Integer' } } } },
    Protocol: { type: 'Integer', required: true },
    RuleAction: { type: 'String', required: true },
    RuleNumber: { type: 'Integer', required: true, change: 'replacement' },
  },
  attributes: ['Id'],

  async create({ call, physicalName }, properties) {
    await call('ec2', 'CreateNetworkAclEntry', entryOf(properties));
    return physicalName(255);
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async update({ call }, _resource, properties) {
    await call('ec2', 'ReplaceNetworkAclEntry', entryOf(properties));
  },

  async delete({ call }, { properties }) {
    await call('ec2', 'DeleteNetworkAclEntry', nameOf(properties));
  },
};

async function findAcl(
  { call }: ResourceContext,
  ...filters: readonly [name: string, value: string][]
): Promise<NetworkAcl | undefined> {
  const { NetworkAcls: [acl] = [] } = await call('ec2', 'DescribeNetworkAcls', {
    Filters: filters.map(([Name, value]) => ({ Name, Values: [value] })),
  });
  return acl;
}

/** A subnet always has an ACL: an association replaces another, and when it goes the VPC's default ACL comes back. */
export const subnetNetworkAclAssociation: ResourceType = {
  name: 'AWS::EC2::SubnetNetworkAclAssociation',
  properties: {
    NetworkAclId: { type: 'String', required: true, change: 'replacement' },
    SubnetId: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['AssociationId'],

  async create(ctx, { NetworkAclId, SubnetId }) {
    const current = await findAcl(ctx, ['association.subnet-id', SubnetId as string]);
    const association = current?.Associations?.find((each) => each.SubnetId === SubnetId);
    const { NewAssociationId } = await ctx.call('ec2', 'ReplaceNetworkAclAssociation', {
      // The call says what is wrong with a subnet that has none, since it does not exist.
      AssociationId: association?.NetworkAclAssociationId ?? (SubnetId as string),
      NetworkAclId: NetworkAclId as string,
    });
    return NewAssociationId as string;
  },

  read: async (_context, { physicalId }) => ({ AssociationId: physicalId }),

  async delete(ctx, { physicalId: AssociationId }) {
    const current = await findAcl(ctx, ['association.association-id', AssociationId]);
    // Gone with its subnet, or replaced since.
    if (!current?.VpcId) return;
    const standard = await findAcl(ctx, ['vpc-id', current.VpcId], ['default', 'true']);
    const NetworkAclId = standard?.NetworkAclId as string;
    await ctx.call('ec2', 'ReplaceNetworkAclAssociation', { AssociationId, NetworkAclId });
  },
};
