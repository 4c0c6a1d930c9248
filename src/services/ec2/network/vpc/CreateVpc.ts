/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html. Of address pools, only Amazon's IPv6 is served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateVpcRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { canonicalBlock } from '../address.ts';
import { dhcpOptionsId } from '../default-network.ts';
import { restoreStandardOptions } from '../dhcp-options/dhcp-options.ts';
import { newAmazonBlock } from '../ipv6.ts';
import type { VpcRecord } from '../network-records.ts';
import { putVpcParts, vpcs } from '../networked.ts';
import { makeVpcParts } from '../vpc-parts.ts';
import { requireBorderGroup, showVpc, vpcKind } from './vpc.ts';
import { showIpv6Block, UNSERVED_BLOCKS } from './vpc-cidr.ts';

export default ec2.operation('CreateVpc', {
  unserved: [...UNSERVED_BLOCKS, 'VpcEncryptionControl'],
  checks(context, input) {
    const cidrBlock = cidrOf(input);
    requireBorderGroup(context.region, input.Ipv6CidrBlockNetworkBorderGroup);
    const { create, tag } = taggedCreationCheck(context, 'ec2:CreateVpc', vpcKind, input, { cidrBlock });
    return { vpc: create, tag };
  },
  async execute(context, input, { vpc: { plan } }) {
    const { account, region, tx, entropy } = context;
    const id = (prefix: string) => newId(entropy, prefix);
    const ipv6 = input.AmazonProvidedIpv6CidrBlock
      ? { id: id('vpc-cidr-assoc'), cidrBlock: newAmazonBlock(entropy) }
      : undefined;
    const vpc: VpcRecord = {
      ...plan,
      account,
      region,
      id: id(vpcKind.prefix),
      cidrAssociationId: id('vpc-cidr-assoc'),
      ipv6Cidrs: ipv6 && [ipv6],
      isDefault: false,
      dhcpOptionsId: dhcpOptionsId(context),
      tenancy: input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default',
      dnsSupport: true,
      dnsHostnames: false,
      networkAddressUsageMetrics: false,
    };
    await vpcs.put(tx, vpc);
    await restoreStandardOptions(tx, context);
    await putVpcParts(tx, makeVpcParts(vpc, id));
    const Vpc = { ...showVpc(vpc, undefined), State: 'pending' as const };
    if (!ipv6) return { Vpc };
    return { Vpc: { ...Vpc, Ipv6CidrBlockAssociationSet: [showIpv6Block(vpc, ipv6, 'associating')] } };
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
