/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { addressCheck, elasticAddressKind, holderOf } from './elastic-address.ts';

export default ec2.operation('ReleaseAddress', {
  async checks(context, input) {
    const { NetworkBorderGroup: group } = input;
    if (group && group !== context.region) {
      throw new AwsError('InvalidParameterValue', `Network border group '${group}' does not exist.`);
    }
    return { address: await addressCheck(context, 'ec2:ReleaseAddress', input) };
  },
  async preconditions({ tx }, _input, { address: { record } }) {
    if (!(await holderOf(tx, record))) return;
    throw new AwsError('InvalidIPAddress.InUse', `Address ${record.publicIp} is in use.`);
  },
  async execute(context, _input, { address }) {
    await elasticAddressKind.records.remove(context.tx, address.record);
    return {};
  },
});
