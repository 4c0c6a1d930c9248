/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { images } from '../image/image.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { removeSnapshot } from './remove-snapshot.ts';
import { snapshotKind } from './snapshot.ts';

export default ec2.operation('DeleteSnapshot', {
  async checks(context, input) {
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:DeleteSnapshot', input.SnapshotId),
    };
  },
  async preconditions(context, _input, { snapshot }) {
    const { account, region, id } = snapshot.record;
    const own = await context.tx.list(images, { prefix: [account, region] });
    const user = own.find(
      ({ state, blockDevices }) =>
        state !== 'deregistered' && blockDevices.some(({ snapshotId }) => snapshotId === id),
    );
    if (!user) return;
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${user.id}`);
  },
  async execute(context, _input, { snapshot }) {
    await removeSnapshot(context, snapshot.record);
    return {};
  },
});
