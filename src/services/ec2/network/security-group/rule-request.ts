/** The rules that a request names: in permissions, or in the older form with one rule in the request itself. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { formatIpv6Block, parseIpv6Block } from '../../../../aws/ipv6.ts';
import type { IpPermission } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { findResource, requireId, requireResource } from '../../resource/kind.ts';
import { formatBlock, parseBlock } from '../address.ts';
import { type RuleTerms, type SecurityGroupRecord, vpcsOfGroup } from '../network-records.ts';
import { securityGroups } from '../networked.ts';
import { prefixListKind } from '../prefix-list/prefix-list.ts';
import { peeringsOf } from '../vpc-peering/vpc-peering.ts';
import { securityGroupKind } from './security-group.ts';

export interface RuleRequest {
  readonly IpPermissions?: readonly IpPermission[];
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
  readonly SourceSecurityGroupName?: string;
  readonly SourceSecurityGroupOwnerId?: string;
}

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

const PROTOCOLS: Readonly<Record<string, string>> = {
  all: '-1',
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'icmpv6',
};
const NAMED: ReadonlySet<string> = new Set(['-1', 'icmp', 'tcp', 'udp', 'icmpv6']);

/** Throws AWS's error for the first rule that cannot be one, and `InvalidGroup.NotFound` for a group that is not there. */
export async function requestedRules(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  isEgress: boolean,
  request: RuleRequest,
): Promise<RuleTerms[]> {
  const rules: RuleTerms[] = [];
  for (const permission of permissionsOf(request)) {
    const range = { isEgress, ...rangeOf(permission) };
    const before = rules.length;
    for (const { CidrIp: cidr, Description: description } of permission.IpRanges ?? []) {
      rules.push({ ...range, cidrIpv4: ipv4(cidr), description: validDescription(description) });
    }
    for (const { CidrIpv6: cidr, Description: description } of permission.Ipv6Ranges ?? []) {
      rules.push({ ...range, cidrIpv6: ipv6(cidr), description: validDescription(description) });
    }
    for (const { PrefixListId: id = '', Description: description } of permission.PrefixListIds ?? []) {
      const { id: prefixListId } = await requireResource(tx, prefixListKind, group, id);
      rules.push({ ...range, prefixListId, description: validDescription(description) });
    }
    for (const { Description: description, ...pair } of permission.UserIdGroupPairs ?? []) {
      const referencedGroup = await referenced(tx, group, pair);
      rules.push({ ...range, referencedGroup, description: validDescription(description) });
    }
    if (rules.length === before) {
      throw new AwsError(
        'MissingParameter',
        'The request must contain a CIDR block, prefix list or security group for each permission.',
      );
    }
  }
  return rules;
}

function permissionsOf(request: RuleRequest): readonly IpPermission[] {
  const { IpPermissions: permissions, IpProtocol, FromPort, ToPort, CidrIp } = request;
  const { SourceSecurityGroupName: GroupName, SourceSecurityGroupOwnerId: UserId } = request;
  if (permissions && permissions.length > 0) return permissions;
  if (GroupName && !IpProtocol) return [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupName, UserId }] }];
  if (!IpProtocol)
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipProtocol');
  return [
    {
      IpProtocol,
      FromPort,
      ToPort,
      IpRanges: CidrIp ? [{ CidrIp }] : undefined,
      UserIdGroupPairs: GroupName ? [{ GroupName, UserId }] : undefined,
    },
  ];
}

/** Protocol and ports, in the one form in which rules are kept and compared. */
function rangeOf({
  IpProtocol,
  FromPort,
  ToPort,
}: IpPermission): Pick<RuleTerms, 'protocol' | 'fromPort' | 'toPort'> {
  if (!IpProtocol)
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipProtocol');
  const asked = IpProtocol.toLowerCase();
  const protocol = PROTOCOLS[asked] ?? asked;
  if (!NAMED.has(protocol) && !(/^\d{1,3}$/.test(protocol) && Number(protocol) < 256)) {
    throw invalid(`Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  }
  if (protocol === 'icmp' || protocol === 'icmpv6')
    return { protocol, ...messagesOf(protocol, FromPort, ToPort) };
  if (protocol !== 'tcp' && protocol !== 'udp') return { protocol, fromPort: -1, toPort: -1 };
  if (FromPort === undefined || ToPort === undefined) {
    throw invalid(`Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`);
  }
  for (const port of [FromPort, ToPort]) {
    if (port < 0 || port > 65_535) throw invalid(`TCP/UDP port (${port}) out of range`);
  }
  if (FromPort > ToPort) throw invalid(`Invalid TCP/UDP port range (${FromPort}:${ToPort})`);
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

/**
 * ICMP's types and codes stand where other protocols have ports; -1 is each, and of ICMPv6 what is left out is, too
 * (aws-facts F60).
 */
function messagesOf(protocol: 'icmp' | 'icmpv6', type: number | undefined, code: number | undefined) {
  if (protocol === 'icmp' && (type === undefined || code === undefined)) {
    throw invalid(`Invalid value 'Must specify both from and to ports with ICMP.' for portRange.`);
  }
  for (const [what, value = -1] of [
    ['type', type],
    ['code', code],
  ] as const)
    if (value < -1 || value > 255) throw invalid(`ICMP ${what} (${value}) out of range`);
  return { fromPort: type ?? -1, toPort: code ?? -1 };
}

export function ipv4(cidr = ''): string {
  const block = parseBlock(cidr);
  if (!block) throw invalid(`CIDR block ${cidr} is malformed`);
  return formatBlock(block);
}

export function ipv6(cidr = ''): string {
  const block = parseIpv6Block(cidr);
  if (!block) throw invalid(`CIDR block ${cidr} is malformed`);
  return formatIpv6Block(block);
}

const DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

export function validDescription(description: string | undefined): string | undefined {
  if (description === undefined || DESCRIPTION.test(description)) return description || undefined;
  throw invalid(
    'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set: ' +
      ' a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
  );
}

async function referenced(
  tx: ReadTransaction,
  group: SecurityGroupRecord,
  pair: { readonly GroupId?: string; readonly GroupName?: string; readonly UserId?: string },
): Promise<RuleTerms['referencedGroup']> {
  const { GroupId: id, GroupName: name, UserId: userId = group.account } = pair;
  if (id) requireId(securityGroupKind, id);
  const found = id
    ? await findResource(tx, securityGroupKind, { account: userId, region: group.region }, id)
    : (await securityGroups.list(tx, group)).find((each) => each.name === name && each.vpcId === group.vpcId);
  if (!found) throw securityGroupKind.notFound([id ?? name ?? '']);
  const vpcIds = vpcsOfGroup(group);
  if (vpcsOfGroup(found).some((each) => vpcIds.includes(each))) return { groupId: found.id, userId };
  const peerings = await peeringsOf(tx, { ...group, id: group.vpcId });
  const peering = peerings.find(({ status, requester, accepter }) => {
    return status.code === 'active' && [requester.vpcId, accepter.vpcId].includes(found.vpcId);
  });
  if (!peering) {
    throw new AwsError(
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    );
  }
  return { groupId: found.id, userId, peer: { vpcId: found.vpcId, peeringId: peering.id } };
}
