/** Each side's own: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { vpcKind } from '../vpc/vpc.ts';
import {
  changePeering,
  isSideOf,
  showPeering,
  type VpcPeeringRecord,
  vpcPeeringKind,
} from './vpc-peering.ts';

const CLASSIC_LINK = [
  'AllowEgressFromLocalClassicLinkToRemoteVpc',
  'AllowEgressFromLocalVpcToRemoteClassicLink',
] as const;
const SIDES = [
  ['requester', 'RequesterPeeringConnectionOptions'],
  ['accepter', 'AccepterPeeringConnectionOptions'],
] as const;

export default ec2.operation('ModifyVpcPeeringConnectionOptions', {
  unserved: SIDES.flatMap(([, member]) => CLASSIC_LINK.map((name) => `${member}.${name}`)),
  async checks(context, { VpcPeeringConnectionId: id }) {
    const action = 'ec2:ModifyVpcPeeringConnectionOptions';
    return { peering: await ownResourceCheck(context, vpcPeeringKind, action, id) };
  },
  async preconditions(context, input, { peering: { record: peering } }) {
    if (peering.status.code !== 'active') {
      throw new AwsError(
        'OperationNotPermitted',
        `Peering ${peering.id} is not active. Peering options can be added only to active peerings.`,
      );
    }
    for (const [side, member] of SIDES) {
      if (!input[member]) continue;
      if (!isSideOf(context, peering[side])) {
        throw new AwsError(
          'OperationNotPermitted',
          `User ${context.account} cannot modify the ${side} options of peering ${peering.id}`,
        );
      }
      const { dnsHostnames } = await requireResource(context.tx, vpcKind, peering[side], peering[side].vpcId);
      if (!input[member].AllowDnsResolutionFromRemoteVpc || dnsHostnames) continue;
      throw new AwsError(
        'InvalidVpcPeeringConnectionState.DnsHostnamesDisabled',
        `DNS hostname support must be enabled for ${peering[side].vpcId}.`,
      );
    }
  },
  async execute({ tx }, input, { peering: { record: peering } }) {
    for (const [side, member] of SIDES) {
      const { AllowDnsResolutionFromRemoteVpc: allows } = input[member] ?? {};
      if (allows === undefined) continue;
      await changePeering(tx, peering, { [side]: { ...peering[side], allowsDnsResolution: allows } });
    }
    const changed: VpcPeeringRecord = await requireResource(tx, vpcPeeringKind, peering, peering.id);
    const { RequesterVpcInfo: requester, AccepterVpcInfo: accepter } = showPeering(changed);
    return {
      RequesterPeeringConnectionOptions: input.RequesterPeeringConnectionOptions && requester?.PeeringOptions,
      AccepterPeeringConnectionOptions: input.AccepterPeeringConnectionOptions && accepter?.PeeringOptions,
    };
  },
});
