/** The entry that a request names, and where it stands among the others of its ACL. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateNetworkAclEntryRequest } from '../../../../shapes/generated/ec2.ts';
import { requireAtMost } from '../../resource/quota.ts';
import type { NetworkAclEntryRecord, NetworkAclRecord } from '../network-records.ts';
import { ipv4, ipv6 } from '../security-group/rule-request.ts';
import { entriesOf } from './network-acl.ts';

const invalid = (message: string) => new AwsError('InvalidParameterValue', message);
const missing = (parameter: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);

const NUMBERS: Readonly<Record<string, string>> = { all: '-1', icmp: '1', tcp: '6', udp: '17', icmpv6: '58' };
const ICMP = '1';
const ICMP_V6 = '58';
const WITH_PORTS: ReadonlySet<string> = new Set(['6', '17']);

/** Higher numbers are AWS's own. */
const MAX_RULE_NUMBER = 32_766;
const MAX_PORT = 65_535;
/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls: in each direction. */
const MAX_ENTRIES = 20;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
export function requestedEntry(input: CreateNetworkAclEntryRequest): NetworkAclEntryRecord {
  const { RuleNumber: ruleNumber, RuleAction: action, CidrBlock, Ipv6CidrBlock } = input;
  if (ruleNumber < 1 || ruleNumber > MAX_RULE_NUMBER) {
    throw invalid(
      `Value (${ruleNumber}) for parameter ruleNumber is invalid. Must be 1 to ${MAX_RULE_NUMBER}.`,
    );
  }
  if (action !== 'allow' && action !== 'deny') {
    throw invalid(`Invalid value '${action}' for ruleAction. Must be allow or deny.`);
  }
  if (!CidrBlock && !Ipv6CidrBlock) throw missing('cidrBlock or ipv6CidrBlock');
  if (CidrBlock && Ipv6CidrBlock) {
    throw new AwsError(
      'InvalidParameterCombination',
      'Only one of the parameters cidrBlock and ipv6CidrBlock may be specified',
    );
  }
  const protocol = protocolOf(input.Protocol);
  return {
    isEgress: input.Egress,
    ruleNumber,
    action,
    protocol,
    cidrIpv4: CidrBlock && ipv4(CidrBlock),
    cidrIpv6: Ipv6CidrBlock && ipv6(Ipv6CidrBlock),
    ports: WITH_PORTS.has(protocol) ? portsOf(input) : undefined,
    icmp: protocol === ICMP || (protocol === ICMP_V6 && Ipv6CidrBlock) ? icmpOf(input) : undefined,
  };
}

function protocolOf(asked: string): string {
  const protocol = NUMBERS[asked.toLowerCase()] ?? asked;
  if (protocol === '-1' || (/^\d{1,3}$/.test(protocol) && Number(protocol) < 256)) return protocol;
  throw invalid(`Invalid value '${asked}' for IP protocol. Unknown protocol.`);
}

function portsOf({ PortRange: { From: from, To: to } = {} }: CreateNetworkAclEntryRequest) {
  if (from === undefined || to === undefined) {
    throw invalid("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  }
  for (const port of [from, to]) {
    if (port < 0 || port > MAX_PORT) throw invalid(`TCP/UDP port (${port}) out of range`);
  }
  if (from > to) throw invalid(`Invalid TCP/UDP port range (${from}:${to})`);
  return { from, to };
}

function icmpOf({ IcmpTypeCode: { Type: type, Code: code } = {} }: CreateNetworkAclEntryRequest) {
  if (type === undefined) throw missing('icmpTypeCode.type');
  if (code === undefined) throw missing('icmpTypeCode.code');
  for (const value of [type, code]) {
    if (value < -1 || value > 255) throw invalid(`ICMP type or code (${value}) out of range`);
  }
  return { type, code };
}

type EntryName = Pick<NetworkAclEntryRecord, 'isEgress' | 'ruleNumber'>;

const isNamed = (name: EntryName) => (entry: EntryName) =>
  entry.isEgress === name.isEgress && entry.ruleNumber === name.ruleNumber;

export function requireEntry(acl: NetworkAclRecord, name: EntryName): void {
  if (entriesOf(acl).some(isNamed(name))) return;
  throw new AwsError(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by ${name.ruleNumber} does not exist in network acl ${acl.id}.`,
  );
}

export function requireNewEntry(acl: NetworkAclRecord, name: EntryName): void {
  if (entriesOf(acl).some(isNamed(name))) {
    throw new AwsError(
      'NetworkAclEntryAlreadyExists',
      `The network acl entry identified by ${name.ruleNumber} already exists.`,
    );
  }
  const count = entriesOf(acl).filter(({ isEgress }) => isEgress === name.isEgress).length + 1;
  requireAtMost(MAX_ENTRIES, count, 'NetworkAclEntryLimitExceeded', 'network acl entries');
}

export const withoutEntry = (acl: NetworkAclRecord, name: EntryName): NetworkAclRecord => {
  const isOther = (entry: EntryName) => !isNamed(name)(entry);
  return { ...acl, entries: entriesOf(acl).filter(isOther) };
};

export const withEntry = (acl: NetworkAclRecord, entry: NetworkAclEntryRecord): NetworkAclRecord => ({
  ...acl,
  entries: [...entriesOf(withoutEntry(acl, entry)), entry],
});
