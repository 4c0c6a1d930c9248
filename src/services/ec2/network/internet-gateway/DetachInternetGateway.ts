/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { addressesOf, networkInterfaces } from '../network-interface/network-interface.ts';
import { internetGateways } from '../networked.ts';
import { dropAssociations } from '../route-table/association.ts';
import { closeRoutesTo } from '../route-table/route-target.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { internetGatewayKind } from './internet-gateway.ts';

const ACTION = 'ec2:DetachInternetGateway';

export default ec2.operation('DetachInternetGateway', {
  async checks(context, input) {
    return {
      gateway: await ownResourceCheck(context, internetGatewayKind, ACTION, input.InternetGatewayId),
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId),
    };
  },
  async preconditions(
    { tx, account, region },
    _input,
    { gateway: { record: gateway }, vpc: { record: vpc } },
  ) {
    if (gateway.vpcId !== vpc.id) {
      throw new AwsError(
        'Gateway.NotAttached',
        `resource ${gateway.id} is not attached to network ${vpc.id}`,
      );
    }
    const interfaces = await tx.list(networkInterfaces, { prefix: [account, region] });
    const inVpc = interfaces.filter(({ vpcId }) => vpcId === vpc.id);
    if (inVpc.flatMap(addressesOf).some(({ publicIp }) => publicIp)) {
      throw new AwsError(
        'DependencyViolation',
        `Network ${vpc.id} has some mapped public address(es). ` +
          'Please unmap those public address(es) before detaching the gateway.',
      );
    }
  },
  async execute(context, _input, { gateway: { record: gateway } }) {
    await internetGateways.put(context.tx, { ...gateway, vpcId: undefined });
    await closeRoutesTo(context.tx, gateway, gateway.id);
    await dropAssociations(context.tx, gateway, ({ gatewayId }) => gatewayId === gateway.id);
    return {};
  },
});
