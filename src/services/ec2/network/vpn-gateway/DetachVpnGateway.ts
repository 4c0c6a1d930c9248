/**
 * Route tables get no routes from it any more, and what leads to it leads nowhere:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVpnGateway.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { missingFor } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { dropAssociations } from '../route-table/association.ts';
import { dropPropagations } from '../route-table/propagation.ts';
import { closeRoutesTo } from '../route-table/route-target.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { attachedVpcId, vpnGatewayKind, vpnGatewayLife } from './vpn-gateway.ts';

const ACTION = 'ec2:DetachVpnGateway';

export default ec2.operation('DetachVpnGateway', {
  async checks(context, input) {
    const vpc = await ownResourceCheck(context, vpcKind, ACTION, input.VpcId);
    return {
      gateway: await ownResourceCheck(context, vpnGatewayKind, ACTION, input.VpnGatewayId),
      // The same of a VPC that is not there (aws-facts F40): Terraform takes it for a detachment that is done.
      vpc: missingFor(vpc, vpc.missing && attachmentNotFound(input.VpnGatewayId, input.VpcId)),
    };
  },
  preconditions(_context, _input, { gateway: { record: gateway }, vpc: { record: vpc } }) {
    if (attachedVpcId(gateway) === vpc.id) return;
    throw attachmentNotFound(gateway.id, vpc.id);
  },
  async execute(context, _input, { gateway: { record: gateway }, vpc: { record: vpc } }) {
    const { tx } = context;
    const attachment = { vpcId: vpc.id, state: 'detaching' } as const;
    await vpnGatewayKind.records.put(tx, { ...gateway, attachment });
    await dropAssociations(tx, gateway, ({ gatewayId }) => gatewayId === gateway.id);
    await dropPropagations(tx, gateway, gateway.id);
    await closeRoutesTo(tx, gateway, gateway.id);
    context.schedule(vpnGatewayLife.settleStep, { gatewayId: gateway.id });
    return {};
  },
});

const attachmentNotFound = (gatewayId: string, vpcId: string) =>
  new AwsError(
    'InvalidVpnGatewayAttachment.NotFound',
    `The attachment with vpn gateway ID '${gatewayId}' and vpc ID '${vpcId}' does not exist`,
  );
