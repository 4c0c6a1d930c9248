/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html */
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { snapshotKind } from './snapshot.ts';
import { showPermission } from './snapshot-attribute.ts';

export default ec2.operation('DescribeSnapshotAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    return {
      snapshot: await ownResourceCheck(
        context,
        snapshotKind,
        'ec2:DescribeSnapshotAttribute',
        input.SnapshotId,
      ),
    };
  },
  execute(_context, input, { snapshot }) {
    const { id, createVolumePermissions: permissions } = snapshot.record;
    return input.Attribute === 'productCodes'
      ? { SnapshotId: id, ProductCodes: [] }
      : { SnapshotId: id, CreateVolumePermissions: permissions.map(showPermission) };
  },
});
