/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { internetGateways } from '../networked.ts';
import { internetGatewayKind } from './internet-gateway.ts';

export default ec2.operation('DeleteInternetGateway', {
  async checks(context, input) {
    const action = 'ec2:DeleteInternetGateway';
    return { gateway: await ownResourceCheck(context, internetGatewayKind, action, input.InternetGatewayId) };
  },
  preconditions(_context, _input, { gateway: { record } }) {
    if (!record.vpcId) return;
    throw new AwsError(
      'DependencyViolation',
      `The internetGateway '${record.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { gateway: { record } }) {
    await internetGateways.remove(context.tx, record);
    return {};
  },
});
