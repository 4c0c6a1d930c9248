/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html. Address pools are not served. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateSubnetRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { requireRoomInVpc } from '../../resource/quota.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { canonicalBlock, isWithinBlock, overlaps } from '../address.ts';
import { ipv4BlocksOf, type SubnetRecord, type VpcRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { showSubnet, subnetKind } from './subnet.ts';
import { IPV6_ALONE, newSubnetBlock, requireFitsIpv6, subnetBlock } from './subnet-ipv6.ts';
import { zoneOfSubnet } from './subnet-zone.ts';

export default ec2.operation('CreateSubnet', {
  unserved: ['OutpostArn', 'Ipv4IpamPoolId', 'Ipv4NetmaskLength', 'Ipv6IpamPoolId', 'Ipv6NetmaskLength'],
  async checks(context, input) {
    const asked = {
      cidrBlock: cidrOf(input),
      ipv6CidrBlock: input.Ipv6CidrBlock && subnetBlock(input.Ipv6CidrBlock),
      zone: zoneOfSubnet(context.region, { name: input.AvailabilityZone, id: input.AvailabilityZoneId }),
    };
    const { create, tag } = taggedCreationCheck(context, 'ec2:CreateSubnet', subnetKind, input, asked);
    return {
      subnet: create,
      vpc: await ownResourceCheck(context, vpcKind, 'ec2:CreateSubnet', input.VpcId),
      tag,
    };
  },
  async preconditions({ tx }, _input, { subnet: { plan }, vpc: { record: vpc } }) {
    requireRoomInVpc(await subnets.list(tx, vpc), vpc, 'SubnetLimitExceeded', 'subnets');
    if (plan.cidrBlock) await requireFits(tx, vpc, plan.cidrBlock);
    if (plan.ipv6CidrBlock) await requireFitsIpv6(tx, vpc, plan.ipv6CidrBlock);
  },
  async execute(context, _input, { subnet: { plan }, vpc }) {
    const { account, region, tx } = context;
    const subnet: SubnetRecord = {
      account,
      region,
      id: newId(context.entropy, subnetKind.prefix),
      tags: plan.tags,
      vpcId: vpc.record.id,
      cidrBlock: plan.cidrBlock,
      zone: plan.zone.name,
      zoneId: plan.zone.id,
      defaultForZone: false,
      mapPublicIpOnLaunch: false,
      ipv6Cidrs: plan.ipv6CidrBlock ? [newSubnetBlock(context.entropy, plan.ipv6CidrBlock)] : undefined,
      ...(plan.cidrBlock === undefined && IPV6_ALONE),
    };
    await subnets.put(tx, subnet);
    return { Subnet: showSubnet(subnet, () => 0, undefined) };
  },
  audit: {
    resources: (_input, output, context) => createdResources(context, 'subnet', [output?.Subnet?.SubnetId]),
  },
});

/** Undefined for a subnet of IPv6 alone. */
function cidrOf({ CidrBlock: block, Ipv6CidrBlock, Ipv6Native }: CreateSubnetRequest): string | undefined {
  if (Ipv6Native && block) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameter cidrBlock is not supported for an IPv6-only subnet.',
    );
  }
  if (block) return canonicalBlock(block, 'InvalidSubnet.Range');
  if (Ipv6Native && Ipv6CidrBlock) return undefined;
  const missing = Ipv6Native ? 'ipv6CidrBlock' : 'cidrBlock';
  throw new AwsError('MissingParameter', `The request must contain the parameter ${missing}`);
}

async function requireFits(tx: ReadTransaction, vpc: VpcRecord, cidrBlock: string): Promise<void> {
  if (!ipv4BlocksOf(vpc).some((outer) => isWithinBlock(outer.cidrBlock, cidrBlock))) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidrBlock}' is invalid.`);
  }
  const others = (await subnets.list(tx, vpc)).filter(({ vpcId }) => vpcId === vpc.id);
  if (others.some((other) => other.cidrBlock && overlaps(other.cidrBlock, cidrBlock))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidrBlock}' conflicts with another subnet`);
  }
}
