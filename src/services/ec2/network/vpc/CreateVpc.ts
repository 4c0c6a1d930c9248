/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html. Address pools and IPv6 are not served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateVpcRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { canonicalBlock } from '../address.ts';
import { dhcpOptionsId } from '../default-network.ts';
import type { VpcRecord } from '../network-records.ts';
import { putVpcParts, vpcs } from '../networked.ts';
import { makeVpcParts } from '../vpc-parts.ts';
import { showVpc, vpcKind } from './vpc.ts';

export default ec2.operation('CreateVpc', {
  unserved: [
    'AmazonProvidedIpv6CidrBlock',
    'Ipv6CidrBlock',
    'Ipv6CidrBlockNetworkBorderGroup',
    'Ipv6Pool',
    'Ipv4IpamPoolId',
    'Ipv4NetmaskLength',
    'Ipv6IpamPoolId',
    'Ipv6NetmaskLength',
    'VpcEncryptionControl',
  ],
  checks(context, input) {
    const cidrBlock = cidrOf(input);
    const { create, tag } = taggedCreationCheck(context, 'ec2:CreateVpc', vpcKind, input, { cidrBlock });
    return { vpc: create, tag };
  },
  async execute(context, input, { vpc: { plan } }) {
    const { account, region, tx } = context;
    const id = (prefix: string) => newId(context.entropy, prefix);
    const vpc: VpcRecord = {
      ...plan,
      account,
      region,
      id: id(vpcKind.prefix),
      cidrAssociationId: id('vpc-cidr-assoc'),
      isDefault: false,
      dhcpOptionsId: dhcpOptionsId(context),
      tenancy: input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
      dnsSupport: true,
      dnsHostnames: false,
      networkAddressUsageMetrics: false,
    };
    await vpcs.put(tx, vpc);
    await putVpcParts(tx, makeVpcParts(vpc, id));
    return { Vpc: { ...showVpc(vpc), State: 'pending', BlockPublicAccessStates: undefined } };
  },
  audit: { resources: (_input, output, context) => createdResources(context, 'vpc', [output?.Vpc?.VpcId]) },
});

function cidrOf(input: CreateVpcRequest): string {
  const { CidrBlock: cidr } = input;
  if (!cidr) {
    throw new AwsError('MissingParameter', `Either 'cidrBlock' or 'ipv4IpamPoolId' must be provided.`);
  }
  return canonicalBlock(cidr, 'InvalidVpc.Range');
}
