/** By the owner of the accepter VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { openRoutesTo } from '../route-table/route-target.ts';
import { vpcKind } from '../vpc/vpc.ts';
import {
  changePeering,
  isSideOf,
  peeringsOf,
  requireTransition,
  showPeering,
  sideOf,
  vpcPeeringKind,
} from './vpc-peering.ts';

const ACTION = 'ec2:AcceptVpcPeeringConnection';
/** Of a VPC; a quota. */
const MAX_ACTIVE = 50;

export default ec2.operation('AcceptVpcPeeringConnection', {
  async checks(context, { VpcPeeringConnectionId: id = '' }) {
    const peering = await ownResourceCheck(context, vpcPeeringKind, ACTION, id);
    const { accepter } = peering.missing ? { accepter: undefined } : peering.record;
    const isOwn = accepter && isSideOf(context, accepter);
    return {
      peering,
      vpc: isOwn ? await ownResourceCheck(context, vpcKind, ACTION, accepter.vpcId) : undefined,
    };
  },
  async preconditions(context, _input, { peering: { record: peering }, vpc }) {
    requireTransition(peering, 'active', ['pending-acceptance']);
    if (!vpc) {
      throw new AwsError(
        'OperationNotPermitted',
        `User ${context.account} cannot accept peering ${peering.id}`,
      );
    }
    const all = await peeringsOf(context.tx, vpc.record);
    if (all.filter(({ status }) => status.code === 'active').length < MAX_ACTIVE) return;
    throw new AwsError(
      'ActiveVpcPeeringConnectionPerVpcLimitExceeded',
      `The maximum number of active VPC peering connections for ${vpc.record.id} has been reached.`,
    );
  },
  async execute({ tx }, _input, { peering: { record: peering }, vpc }) {
    const accepter = sideOf(vpc!.record);
    const status = { code: 'active', message: 'Active' } as const;
    await changePeering(tx, peering, { accepter, status, expiresAtMs: undefined });
    for (const side of [peering.requester, accepter]) await openRoutesTo(tx, side, peering.id);
    const accepted = await requireResource(tx, vpcPeeringKind, peering, peering.id);
    const provisioning = { code: 'provisioning', message: 'Provisioning' } as const;
    return { VpcPeeringConnection: showPeering({ ...accepted, status: provisioning }) };
  },
});
