/** To one VPC at a time, which has one: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVpnGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { listResources, ownResourceCheck } from '../../resource/kind.ts';
import { isThere } from '../gateway-life.ts';
import { openRoutesTo } from '../route-table/route-target.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { attachedVpcId, vpnGatewayKind, vpnGatewayLife } from './vpn-gateway.ts';

const ACTION = 'ec2:AttachVpnGateway';

export default ec2.operation('AttachVpnGateway', {
  async checks(context, input) {
    return {
      gateway: await ownResourceCheck(context, vpnGatewayKind, ACTION, input.VpnGatewayId),
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId),
    };
  },
  async preconditions(context, _input, { gateway: { record: gateway }, vpc: { record: vpc } }) {
    if (!isThere(gateway)) {
      throw new AwsError('InvalidVpnGatewayState', `The vpnGateway '${gateway.id}' is ${gateway.state}.`);
    }
    const present = attachedVpcId(gateway);
    if (present) {
      throw new AwsError(
        'VpnGatewayAttachmentLimitExceeded',
        `The vpnGateway '${gateway.id}' is already attached to network ${present}.`,
      );
    }
    const gateways = await listResources(context.tx, vpnGatewayKind, context);
    const other = gateways.find((each) => attachedVpcId(each) === vpc.id);
    if (!other) return;
    throw new AwsError(
      'InvalidVpcState',
      `The vpc '${vpc.id}' already has an attached virtual private gateway: ${other.id}.`,
    );
  },
  async execute(context, _input, { gateway: { record: gateway }, vpc: { record: vpc } }) {
    const attachment = { vpcId: vpc.id, state: 'attaching' } as const;
    await vpnGatewayKind.records.put(context.tx, { ...gateway, attachment });
    await openRoutesTo(context.tx, { ...gateway, vpcId: vpc.id }, gateway.id);
    context.schedule(vpnGatewayLife.settleStep, { gatewayId: gateway.id });
    return { VpcAttachment: { VpcId: vpc.id, State: attachment.state } };
  },
});
