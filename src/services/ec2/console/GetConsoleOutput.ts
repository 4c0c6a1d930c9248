/**
 * What an instance wrote to its console (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html).
 * Simulated instances write nothing: the output is empty, which is what a fresh instance's is on AWS too.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { findInstanceType } from '../instance/instance-type.ts';
import { resourceCheck } from '../resource/kind.ts';
import { wholeSeconds } from '../whole-seconds.ts';

export default ec2.operation('GetConsoleOutput', {
  readOnly: true,
  async checks(context, input) {
    return { instance: await resourceCheck(context, instanceKind, 'ec2:GetConsoleOutput', input.InstanceId) };
  },
  execute(context, { Latest: latest }, { instance: { record } }) {
    if (latest && !findInstanceType(record.type)?.isNitro) {
      throw new AwsError(
        'UnsupportedOperation',
        'This instance type does not support retrieving the latest console logs. Only supported on Nitro instances.',
      );
    }
    return { InstanceId: record.id, Timestamp: wholeSeconds(context.nowMs), Output: '' };
  },
});
