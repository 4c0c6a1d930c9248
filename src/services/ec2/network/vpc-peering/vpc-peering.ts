/**
 * A VPC peering connection: two VPCs, of one account or of two, of one Region or of two. Each side has a record of it
 * with tags of its own; whatever happens to the connection is written to both. No packets go through it.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type {
  VpcPeeringConnection,
  VpcPeeringConnectionStateReason,
  VpcPeeringConnectionVpcInfo,
} from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, type Transaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../../resource/kind.ts';
import { secondsText, wholeSeconds } from '../../whole-seconds.ts';
import { ipv4BlocksOf, ipv6BlocksOf, type VpcRecord } from '../network-records.ts';

type PeeringState = NonNullable<VpcPeeringConnectionStateReason['Code']>;

export interface PeeringSide extends Scope {
  readonly vpcId: string;
  /** Of the accepter they are known once it has accepted. */
  readonly cidrBlocks: readonly string[];
  readonly ipv6CidrBlocks: readonly string[];
  readonly allowsDnsResolution: boolean;
}

export interface VpcPeeringRecord extends ResourceRecord {
  readonly requester: PeeringSide;
  readonly accepter: PeeringSide;
  readonly status: { readonly code: PeeringState; readonly message: string };
  readonly expiresAtMs?: number;
}

export const vpcPeerings = table<VpcPeeringRecord>()({
  name: 'ec2.vpc-peerings',
  key: ({ account, region, id }) => [account, region, id],
});

export const vpcPeeringKind = storedKind<VpcPeeringRecord>({
  type: 'vpc-peering-connection',
  prefix: 'pcx',
  table: vpcPeerings,
  notFound: (ids) => notFoundError('InvalidVpcPeeringConnectionID.NotFound', 'vpcPeeringConnection ID', ids),
  malformed: (id) =>
    new AwsError('InvalidVpcPeeringConnectionId.Malformed', `Invalid id: "${id}" (expecting "pcx-...")`),
  conditions: (peering) => ({ ...sideConditions(peering), 'ec2:VpcPeeringConnectionID': peering.id }),
});

type Sides = Pick<VpcPeeringRecord, 'requester' | 'accepter'>;

export const sideConditions = ({ requester, accepter }: Sides) => ({
  'ec2:AccepterVpc': ec2Arn(accepter, 'vpc', accepter.vpcId),
  'ec2:RequesterVpc': ec2Arn(requester, 'vpc', requester.vpcId),
});

export const isSideOf = (scope: Scope, side: PeeringSide): boolean =>
  side.account === scope.account && side.region === scope.region;

/** All that is known of a VPC that has not accepted. */
export const bareSide = ({ account, region }: Scope, vpcId: string): PeeringSide => ({
  account,
  region,
  vpcId,
  cidrBlocks: [],
  ipv6CidrBlocks: [],
  allowsDnsResolution: false,
});

export const sideOf = (vpc: VpcRecord): PeeringSide => ({
  ...bareSide(vpc, vpc.id),
  cidrBlocks: ipv4BlocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
  ipv6CidrBlocks: ipv6BlocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
});

/** Writes a change to the record of each side that still has one. */
export async function changePeering(
  tx: Transaction,
  { id, requester, accepter }: VpcPeeringRecord,
  change: Partial<Pick<VpcPeeringRecord, 'status' | 'expiresAtMs' | 'requester' | 'accepter'>>,
): Promise<void> {
  for (const { account, region } of [requester, accepter]) {
    const own = await tx.get(vpcPeerings, [account, region, id]);
    if (own) tx.put(vpcPeerings, { ...own, ...change });
  }
}

/** The connections of a VPC of this side. */
export async function peeringsOf(
  tx: ReadTransaction,
  { account, region, id }: Scope & { readonly id: string },
): Promise<VpcPeeringRecord[]> {
  const all = await tx.list(vpcPeerings, { prefix: [account, region] });
  return all.filter((each) => ownVpcs(each).includes(id));
}

/** Records the blocks of addresses that a VPC has now with its open connections. */
export async function recordBlocksInPeerings(tx: Transaction, vpc: VpcRecord): Promise<void> {
  for (const peering of (await peeringsOf(tx, vpc)).filter(isOpen)) {
    const refreshed = (side: PeeringSide): PeeringSide =>
      side.vpcId === vpc.id && side.cidrBlocks.length > 0
        ? { ...sideOf(vpc), allowsDnsResolution: side.allowsDnsResolution }
        : side;
    await changePeering(tx, peering, {
      requester: refreshed(peering.requester),
      accepter: refreshed(peering.accepter),
    });
  }
}

/** The VPCs of a connection that are of the side that has the record: both, where both are. */
export const ownVpcs = (peering: VpcPeeringRecord): readonly string[] =>
  [peering.requester, peering.accepter].filter((side) => isSideOf(peering, side)).map(({ vpcId }) => vpcId);

export const isOpen = ({ status }: VpcPeeringRecord): boolean =>
  status.code === 'active' || status.code === 'pending-acceptance';

export function requireTransition(
  { id, status }: VpcPeeringRecord,
  to: PeeringState,
  from: readonly PeeringState[],
): void {
  if (from.includes(status.code)) return;
  throw new AwsError(
    'InvalidStateTransition',
    `Invalid state transition for ${id}, attempted to transition from ${status.code} to ${to}`,
  );
}

export const showPeering = ({
  id,
  requester,
  accepter,
  status,
  expiresAtMs,
  tags,
}: VpcPeeringRecord): VpcPeeringConnection => ({
  VpcPeeringConnectionId: id,
  RequesterVpcInfo: showSide(requester),
  AccepterVpcInfo: showSide(accepter),
  Status: { Code: status.code, Message: status.message },
  ExpirationTime: wholeSeconds(expiresAtMs),
  Tags: [...tags],
});

function showSide(side: PeeringSide): VpcPeeringConnectionVpcInfo {
  const { account, region, vpcId, cidrBlocks, ipv6CidrBlocks } = side;
  const place = { OwnerId: account, Region: region, VpcId: vpcId };
  if (cidrBlocks.length === 0) return place;
  return {
    ...place,
    CidrBlock: cidrBlocks[0],
    CidrBlockSet: cidrBlocks.map((CidrBlock) => ({ CidrBlock })),
    Ipv6CidrBlockSet: ipv6CidrBlocks.length
      ? ipv6CidrBlocks.map((Ipv6CidrBlock) => ({ Ipv6CidrBlock }))
      : undefined,
    PeeringOptions: {
      AllowDnsResolutionFromRemoteVpc: side.allowsDnsResolution,
      AllowEgressFromLocalClassicLinkToRemoteVpc: false,
      AllowEgressFromLocalVpcToRemoteClassicLink: false,
    },
  };
}

export const peeringFilters: FilterFields<VpcPeeringRecord> = {
  'accepter-vpc-info.cidr-block': ({ accepter }) => accepter.cidrBlocks,
  'accepter-vpc-info.owner-id': ({ accepter }) => accepter.account,
  'accepter-vpc-info.vpc-id': ({ accepter }) => accepter.vpcId,
  'expiration-time': ({ expiresAtMs }) => secondsText(expiresAtMs),
  'requester-vpc-info.cidr-block': ({ requester }) => requester.cidrBlocks,
  'requester-vpc-info.owner-id': ({ requester }) => requester.account,
  'requester-vpc-info.vpc-id': ({ requester }) => requester.vpcId,
  'status-code': ({ status }) => status.code,
  'status-message': ({ status }) => status.message,
  'vpc-peering-connection-id': ({ id }) => id,
};
