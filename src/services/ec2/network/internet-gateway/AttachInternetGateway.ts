/** A VPC has one at most: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { internetGateways } from '../networked.ts';
import { openRoutesTo } from '../route-table/route-target.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { internetGatewayKind } from './internet-gateway.ts';

const ACTION = 'ec2:AttachInternetGateway';

export default ec2.operation('AttachInternetGateway', {
  async checks(context, input) {
    return {
      gateway: await ownResourceCheck(context, internetGatewayKind, ACTION, input.InternetGatewayId),
      vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId),
    };
  },
  async preconditions(context, _input, { gateway: { record: gateway }, vpc: { record: vpc } }) {
    if (gateway.vpcId) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
      );
    }
    // Observed on AWS: https://github.com/binlab/terraform-aws-vault-ha-raft/issues/54
    if ((await internetGateways.list(context.tx, context)).some(({ vpcId }) => vpcId === vpc.id)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Network ${vpc.id} already has an internet gateway attached`,
      );
    }
  },
  async execute(context, _input, { gateway: { record: gateway }, vpc }) {
    const attached = { ...gateway, vpcId: vpc.record.id };
    await internetGateways.put(context.tx, attached);
    await openRoutesTo(context.tx, attached, gateway.id);
    return {};
  },
});
