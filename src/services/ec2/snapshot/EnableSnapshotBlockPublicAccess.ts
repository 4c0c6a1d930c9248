/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { setPublicAccess } from './public-access.ts';

export default ec2.operation('EnableSnapshotBlockPublicAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:EnableSnapshotBlockPublicAccess') }),
  execute(context, { State: state }) {
    if (state === 'unblocked') {
      throw new AwsError('InvalidParameterValue', `Value (${state}) for parameter state is invalid.`);
    }
    setPublicAccess(context.tx, context, state);
    return { State: state };
  },
});
