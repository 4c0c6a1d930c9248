/**
 * Shares with nobody again
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetSnapshotAttribute.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
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
  execute(context, _input, { snapshot }) {
    context.tx.put(snapshotKind.table, { ...snapshot.record, createVolumePermissions: [] });
    return {};
  },
});
