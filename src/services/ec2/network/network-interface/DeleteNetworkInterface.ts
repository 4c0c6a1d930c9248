/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkInterfaceKind, networkInterfaces } from './network-interface.ts';

export default ec2.operation('DeleteNetworkInterface', {
  async checks(context, input) {
    const action = 'ec2:DeleteNetworkInterface';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  preconditions(_context, _input, { eni: { record } }) {
    if (!record.attachment && !record.requesterManaged) return;
    throw new AwsError('InvalidParameterValue', `Network interface '${record.id}' is currently in use.`);
  },
  execute(context, _input, { eni: { record } }) {
    context.tx.delete(networkInterfaces, [record.account, record.region, record.id]);
    return {};
  },
});
