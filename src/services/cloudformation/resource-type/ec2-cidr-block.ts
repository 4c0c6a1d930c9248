/**
 * Further blocks of addresses, of a VPC and of a subnet.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpccidrblock.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetcidrblock.html
 */
import type { AssociateVpcCidrBlockRequest } from '../../../shapes/generated/ec2.ts';
import type { Property } from './properties.ts';
import type { ResourceType } from './resource-type.ts';

const TEXT: Property = { type: 'String', change: 'replacement' };

export const vpcCidrBlock: ResourceType = {
  name: 'AWS::EC2::VPCCidrBlock',
  properties: {
    AmazonProvidedIpv6CidrBlock: { type: 'Boolean', change: 'replacement' },
    CidrBlock: TEXT,
    Ipv6CidrBlockNetworkBorderGroup: TEXT,
    VpcId: { ...TEXT, required: true },
  },
  unserved: [
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6CidrBlock',
    'Ipv6IpamPoolId',
    'Ipv6NetmaskLength',
    'Ipv6Pool',
  ],
  attributes: ['Id', 'IpSource', 'Ipv6AddressAttribute'],

  async create({ call }, properties) {
    const request = properties as unknown as AssociateVpcCidrBlockRequest;
    const { CidrBlockAssociation: ipv4, Ipv6CidrBlockAssociation: ipv6 } = await call(
      'ec2',
      'AssociateVpcCidrBlock',
      request,
    );
    return (ipv4 ?? ipv6)?.AssociationId as string;
  },

  read: async (_context, { physicalId, properties }) => ({
    Id: physicalId,
    ...(properties.CidrBlock === undefined && { IpSource: 'amazon', Ipv6AddressAttribute: 'public' }),
  }),

  async delete({ call }, { physicalId: AssociationId }) {
    await call('ec2', 'DisassociateVpcCidrBlock', { AssociationId });
  },
};

export const subnetCidrBlock: ResourceType = {
  name: 'AWS::EC2::SubnetCidrBlock',
  properties: { Ipv6CidrBlock: TEXT, SubnetId: { ...TEXT, required: true } },
  unserved: ['Ipv6IpamPoolId', 'Ipv6NetmaskLength'],
  attributes: ['Id', 'IpSource', 'Ipv6AddressAttribute'],

  async create({ call }, { Ipv6CidrBlock, SubnetId }) {
    const { Ipv6CidrBlockAssociation: made } = await call('ec2', 'AssociateSubnetCidrBlock', {
      Ipv6CidrBlock: Ipv6CidrBlock as string | undefined,
      SubnetId: SubnetId as string,
    });
    return made?.AssociationId as string;
  },

  read: async (_context, { physicalId }) => ({
    Id: physicalId,
    IpSource: 'amazon',
    Ipv6AddressAttribute: 'public',
  }),

  async delete({ call }, { physicalId: AssociationId }) {
    await call('ec2', 'DisassociateSubnetCidrBlock', { AssociationId });
  },
};
