/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html */
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { setPublicAccess } from './public-access.ts';

export default ec2.operation('DisableSnapshotBlockPublicAccess', {
  checks: (context) => ({ setting: accountCheck(context, 'ec2:DisableSnapshotBlockPublicAccess') }),
  execute(context) {
    setPublicAccess(context.tx, context, 'unblocked');
    return { State: 'unblocked' };
  },
});
