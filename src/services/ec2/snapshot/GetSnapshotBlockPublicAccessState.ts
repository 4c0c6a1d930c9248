/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { publicAccessOf } from './public-access.ts';

export default ec2.operation('GetSnapshotBlockPublicAccessState', {
  readOnly: true,
  checks: (context) => ({ setting: accountCheck(context, 'ec2:GetSnapshotBlockPublicAccessState') }),
  async execute(context) {
    return { State: await publicAccessOf(context.tx, context), ManagedBy: 'account' };
  },
});
