/** Of a set that no VPC uses: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteDhcpOptions.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcs } from '../networked.ts';
import { dhcpOptionsKind } from './dhcp-options.ts';

export default ec2.operation('DeleteDhcpOptions', {
  async checks(context, input) {
    const action = 'ec2:DeleteDhcpOptions';
    return { options: await ownResourceCheck(context, dhcpOptionsKind, action, input.DhcpOptionsId) };
  },
  async preconditions(context, _input, { options: { record } }) {
    const all = await vpcs.list(context.tx, context);
    if (!all.some(({ dhcpOptionsId }) => dhcpOptionsId === record.id)) return;
    throw new AwsError(
      'DependencyViolation',
      `The dhcpOptions '${record.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { options: { record } }) {
    await dhcpOptionsKind.records.remove(context.tx, record);
    return {};
  },
});
