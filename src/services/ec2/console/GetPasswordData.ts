/**
 * The Administrator's password that Windows made up and encrypted under the instance's key pair
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html). Nothing boots in a simulated
 * instance, so there is none yet: the empty string, as of other systems on AWS.
 */
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { resourceCheck } from '../resource/kind.ts';
import { wholeSeconds } from '../whole-seconds.ts';

export default ec2.operation('GetPasswordData', {
  readOnly: true,
  async checks(context, { InstanceId: id }) {
    return { instance: await resourceCheck(context, instanceKind, 'ec2:GetPasswordData', id) };
  },
  execute: (_context, _input, { instance: { record } }) => ({
    InstanceId: record.id,
    Timestamp: wholeSeconds(record.launchedAtMs),
    PasswordData: '',
  }),
});
