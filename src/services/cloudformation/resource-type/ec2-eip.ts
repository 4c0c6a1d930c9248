/**
 * Elastic addresses, and what has them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eipassociation.html
 */
import type { AssociateAddressRequest } from '../../../shapes/generated/ec2.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

async function findAddress({ call }: ResourceContext, publicIp: string) {
  const { Addresses: [address] = [] } = await call('ec2', 'DescribeAddresses', { PublicIps: [publicIp] });
  return address;
}

async function disassociate(ctx: ResourceContext, publicIp: string): Promise<void> {
  const { AssociationId } = (await findAddress(ctx, publicIp)) ?? {};
  if (AssociationId) await ctx.call('ec2', 'DisassociateAddress', { AssociationId });
}

/** Its physical id is the address itself. */
export const eip: ResourceType = {
  name: 'AWS::EC2::EIP',
  properties: {
    Domain: { type: 'String', change: 'replacement' },
    InstanceId: { type: 'String' },
    NetworkBorderGroup: { type: 'String', change: 'replacement' },
    PublicIpv4Pool: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  unserved: ['Address', 'IpamPoolId', 'TransferAddress'],
  attributes: ['AllocationId', 'PublicIp'],

  async create({ call }, properties) {
    const { Domain, NetworkBorderGroup, PublicIpv4Pool } = properties;
    const bare = { Domain, NetworkBorderGroup, PublicIpv4Pool };
    const { PublicIp } = await call('ec2', 'AllocateAddress', {
      ...(bare as object),
      TagSpecifications: [{ ResourceType: 'elastic-ip', Tags: tagsOf(properties) }],
    });
    const { InstanceId, ...made } = properties;
    return InstanceId === undefined ? (PublicIp as string) : { physicalId: PublicIp as string, made };
  },

  async read(ctx, { physicalId }) {
    const address = await findAddress(ctx, physicalId);
    return { AllocationId: address?.AllocationId as string, PublicIp: physicalId };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const { AllocationId } = (await findAddress(ctx, physicalId)) ?? {};
    await updateTags(ctx, AllocationId as string, from, to);
    if (from.InstanceId === to.InstanceId) return;
    if (to.InstanceId === undefined) await disassociate(ctx, physicalId);
    else {
      const InstanceId = to.InstanceId as string;
      await ctx.call('ec2', 'AssociateAddress', { AllocationId, InstanceId });
    }
  },

  async delete(ctx, { physicalId, properties }) {
    if (properties.InstanceId !== undefined) await disassociate(ctx, physicalId);
    const { AllocationId } = (await findAddress(ctx, physicalId)) ?? {};
    await ctx.call('ec2', 'ReleaseAddress', { AllocationId });
  },
};

export const eipAssociation: ResourceType = {
  name: 'AWS::EC2::EIPAssociation',
  properties: {
    AllocationId: { type: 'String', change: 'replacement' },
    EIP: { type: 'String', change: 'replacement' },
    InstanceId: { type: 'String', change: 'replacement' },
    NetworkInterfaceId: { type: 'String', change: 'replacement' },
    PrivateIpAddress: { type: 'String', change: 'replacement' },
  },
  attributes: ['Id'],
  conflict: ({ AllocationId, EIP }) =>
    (AllocationId === undefined) === (EIP === undefined)
      ? 'Exactly one of AllocationId and EIP must be specified.'
      : undefined,

  async create({ call }, { EIP: PublicIp, ...properties }) {
    const request = { ...properties, PublicIp } as unknown as AssociateAddressRequest;
    const { AssociationId } = await call('ec2', 'AssociateAddress', request);
    return AssociationId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async delete({ call }, { physicalId: AssociationId }) {
    await call('ec2', 'DisassociateAddress', { AssociationId });
  },
};
