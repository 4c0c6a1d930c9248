/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { requireOutOfUse } from './images-of-snapshot.ts';
import { removeSnapshot } from './remove-snapshot.ts';
import { snapshotKind } from './snapshot.ts';
import { requireUnlocked } from './snapshot-lock.ts';

export default ec2.operation('DeleteSnapshot', {
  async checks(context, input) {
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:DeleteSnapshot', input.SnapshotId),
    };
  },
  async preconditions(context, _input, { snapshot }) {
    requireUnlocked(snapshot.record, context.nowMs);
    await requireOutOfUse(context.tx, snapshot.record);
  },
  async execute(context, _input, { snapshot }) {
    await removeSnapshot(context, snapshot.record);
    return {};
  },
});
