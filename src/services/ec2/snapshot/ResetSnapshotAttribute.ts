/**
 * Shares with nobody again
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetSnapshotAttribute.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { endFastRestores } from '../fast-restore/fast-restore-states.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { snapshotKind } from './snapshot.ts';

export default ec2.operation('ResetSnapshotAttribute', {
  async checks(context, input) {
    if (input.Attribute !== 'createVolumePermission') {
      throw new AwsError('InvalidParameterValue', `The attribute '${input.Attribute}' cannot be reset.`);
    }
    return {
      snapshot: await ownResourceCheck(context, snapshotKind, 'ec2:ResetSnapshotAttribute', input.SnapshotId),
    };
  },
  async execute(context, _input, { snapshot: { record } }) {
    context.tx.put(snapshotKind.table, { ...record, createVolumePermissions: [] });
    await endFastRestores(context, record, (account) => account === record.account);
    return {};
  },
});
