/**
 * Asks the owner of another VPC, who accepts or not. What cannot be is not refused: the connection is `failed` then (aws-facts F33).
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { Scope } from '../../../../aws/scope.ts';
import type { CreateVpcPeeringConnectionRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { findResource, newId, ownResourceCheck, requireId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import type { VpcRecord } from '../network-records.ts';
import { vpcs } from '../networked.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { areApart, FAILED } from './overlap.ts';
import {
  bareSide,
  isOpen,
  isSideOf,
  type PeeringSide,
  peeringsOf,
  showPeering,
  sideConditions,
  sideOf,
  type VpcPeeringRecord,
  vpcPeeringKind,
  vpcPeerings,
} from './vpc-peering.ts';
import { EXPIRES_AFTER_MS, scheduleExpiry, scheduleForgetting, shorterFor } from './vpc-peering-steps.ts';

const ACTION = 'ec2:CreateVpcPeeringConnection';
/** Requests of a VPC that nobody has answered; a quota. */
const MAX_OUTSTANDING = 25;

export default ec2.operation('CreateVpcPeeringConnection', {
  async checks(context, input) {
    const peer = requestedPeer(context, input);
    const sides = { requester: bareSide(context, input.VpcId ?? ''), accepter: peer };
    const conditions = () => sideConditions(sides);
    const { create, tag } = taggedCreationCheck(context, ACTION, vpcPeeringKind, input, { peer }, conditions);
    return {
      peering: create,
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId ?? ''),
      tag,
    };
  },
  async preconditions({ tx, account, region }, _input, { peering: { plan }, vpc: { record: vpc } }) {
    const { peer } = plan;
    if (isSideOf({ account, region }, peer) && !(await findResource(tx, vpcKind, peer, peer.vpcId))) {
      throw vpcKind.notFound([peer.vpcId]);
    }
    const open = (await peeringsOf(tx, vpc)).filter(isOpen);
    if (open.some((each) => isBetween(each, vpc.id, peer.vpcId))) {
      throw new AwsError(
        'VpcPeeringConnectionAlreadyExists',
        `A VPC peering connection between ${vpc.id} and ${peer.vpcId} already exists.`,
      );
    }
    const outstanding = open.filter(({ status }) => status.code === 'pending-acceptance');
    if (outstanding.length < MAX_OUTSTANDING) return;
    throw new AwsError(
      'OutstandingVpcPeeringConnectionLimitExceeded',
      `The maximum number of outstanding VPC peering connection requests for ${vpc.id} has been reached.`,
    );
  },
  async execute(context, _input, { peering: { plan }, vpc: { record: vpc } }) {
    const { account, region, tx, nowMs } = context;
    const { peer, tags } = plan;
    const id = newId(context.entropy, vpcPeeringKind.prefix);
    const accepting = await acceptingVpc(tx, vpc, peer);
    const made: VpcPeeringRecord = {
      account,
      region,
      id,
      tags,
      requester: sideOf(vpc),
      accepter: peer,
      ...(accepting
        ? {
            status: { code: 'pending-acceptance', message: `Pending Acceptance by ${peer.account}` },
            expiresAtMs: nowMs + EXPIRES_AFTER_MS,
          }
        : { status: FAILED }),
    };
    tx.put(vpcPeerings, made);
    if (accepting && !isSideOf(context, peer)) {
      tx.put(vpcPeerings, { ...made, account: peer.account, region: peer.region, tags: [] });
    }
    if (accepting) scheduleExpiry(context, made);
    else scheduleForgetting(context, made, shorterFor(context));
    const status = { code: 'initiating-request', message: `Initiating Request to ${peer.account}` } as const;
    return { VpcPeeringConnection: showPeering({ expiresAtMs: nowMs + EXPIRES_AFTER_MS, ...made, status }) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, vpcPeeringKind.type, [output?.VpcPeeringConnection?.VpcPeeringConnectionId]),
  },
});

function requestedPeer(context: Scope, input: CreateVpcPeeringConnectionRequest): PeeringSide {
  const { PeerVpcId: vpcId, PeerOwnerId, PeerRegion, VpcId } = input;
  const missing = VpcId ? (vpcId ? undefined : 'peerVpcId') : 'vpcId';
  if (!vpcId || missing) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${missing}`);
  }
  requireId(vpcKind, vpcId);
  const scope = { account: PeerOwnerId ?? context.account, region: PeerRegion ?? context.region };
  return bareSide(scope, vpcId);
}

const isBetween = ({ requester, accepter }: VpcPeeringRecord, one: string, other: string) =>
  [requester.vpcId, accepter.vpcId].sort().join() === [one, other].sort().join();

/** The other VPC, where there is one whose addresses are others. */
async function acceptingVpc(tx: ReadTransaction, vpc: VpcRecord, peer: PeeringSide) {
  const other = await vpcs.find(tx, peer, peer.vpcId);
  return other && areApart(vpc, other) ? other : undefined;
}
