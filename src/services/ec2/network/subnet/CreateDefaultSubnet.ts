/**
 * The next free /20 of the default VPC, for a zone that has lost its default subnet; or the next /64 of its IPv6 block.
 * https://docs.aws.amazon.com/vpc/latest/userguide/work-with-default-vpc.html#create-default-subnet
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultSubnet.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { Entropy } from '../../../../platform/ports.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import type { Zone } from '../../region/region.ts';
import { createdResources } from '../../resource/arn.ts';
import { accountCheck, newId } from '../../resource/kind.ts';
import { formatBlock, overlaps, parseBlock } from '../address.ts';
import { makeDefaultSubnet } from '../default-network.ts';
import { ipv4BlocksOf, type SubnetRecord, type VpcRecord } from '../network-records.ts';
import { subnets } from '../networked.ts';
import { findDefaultVpc } from '../vpc/vpc.ts';
import { showSubnet } from './subnet.ts';
import { freeIpv6Block, IPV6_ALONE, newSubnetBlock } from './subnet-ipv6.ts';
import { zoneOfSubnet } from './subnet-zone.ts';

const SIZE = 2 ** 12;

export default ec2.operation('CreateDefaultSubnet', {
  checks(context, { AvailabilityZone: name, AvailabilityZoneId: id }) {
    if (Boolean(name) === Boolean(id)) {
      throw new AwsError(
        name ? 'InvalidParameterCombination' : 'MissingParameter',
        'Either AvailabilityZone or AvailabilityZoneId must be specified, but not both.',
      );
    }
    const zone = zoneOfSubnet(context.region, { name, id });
    return { account: { ...accountCheck(context, 'ec2:CreateDefaultSubnet'), record: zone } };
  },
  async preconditions(context, _input, { account: { record: zone } }) {
    await requireVpcWithout(context.tx, context, zone);
  },
  async execute(context, { Ipv6Native: isIpv6 }, { account: { record: zone } }) {
    const { tx, entropy } = context;
    const vpc = await requireVpcWithout(tx, context, zone);
    const block = isIpv6 ? undefined : await freeBlock(tx, vpc);
    const made = makeDefaultSubnet(vpc, zone, block, (prefix) => newId(entropy, prefix));
    const subnet = isIpv6 ? { ...made, ...(await ipv6Alone(tx, vpc, entropy)) } : made;
    await subnets.put(tx, subnet);
    return { Subnet: showSubnet(subnet, () => 0, undefined) };
  },
  audit: {
    resources: (_input, output, context) => createdResources(context, 'subnet', [output?.Subnet?.SubnetId]),
  },
});

/** The default VPC, which has no default subnet in the zone. */
async function requireVpcWithout(tx: ReadTransaction, scope: Scope, zone: Zone): Promise<VpcRecord> {
  const vpc = await findDefaultVpc(tx, scope);
  if (!vpc)
    throw new AwsError('DefaultVpcDoesNotExist', 'No default VPC exists for this account in this region.');
  const all = await subnets.list(tx, scope);
  if (!all.some((each) => each.defaultForZone && each.zone === zone.name)) return vpc;
  throw new AwsError(
    'DefaultSubnetAlreadyExistsInAvailabilityZone',
    'A default subnet already exists in the specified Availability Zone.',
  );
}

async function freeBlock(tx: ReadTransaction, vpc: VpcRecord): Promise<string> {
  const taken = (await subnets.list(tx, vpc)).flatMap(({ vpcId, cidrBlock }) =>
    vpcId === vpc.id && cidrBlock ? [cidrBlock] : [],
  );
  for (const outer of ipv4BlocksOf(vpc)) {
    const { first, size } = parseBlock(outer.cidrBlock)!;
    for (let at = first; at + SIZE <= first + size; at += SIZE) {
      const block = formatBlock({ first: at, size: SIZE });
      if (!taken.some((each) => overlaps(each, block))) return block;
    }
  }
  throw noSpace();
}

/** AWS says no more than that the request fails (aws-facts F66). */
const noSpace = () =>
  new AwsError('InsufficientCidrBlocks', 'There is not enough address space in the default VPC.');

async function ipv6Alone(
  tx: ReadTransaction,
  vpc: VpcRecord,
  entropy: Entropy,
): Promise<Partial<SubnetRecord>> {
  const block = await freeIpv6Block(tx, vpc);
  if (!block) throw noSpace();
  return { ...IPV6_ALONE, mapPublicIpOnLaunch: false, ipv6Cidrs: [newSubnetBlock(entropy, block)] };
}
