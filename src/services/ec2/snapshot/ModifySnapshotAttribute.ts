/**
 * Shares a snapshot, or ends it (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html).
 * No grant is made: whoever uses the copy needs rights on its key too (aws-facts B7).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { readAccountEncryption } from '../encryption/account-encryption.ts';
import { endFastRestores } from '../fast-restore/fast-restore-states.ts';
import { auditedPermissions } from '../resource/audited-permissions.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { publicAccessOf } from './public-access.ts';
import { mayUseSnapshot, snapshotKind } from './snapshot.ts';
import { permissionChange, permissionConditions } from './snapshot-attribute.ts';
import { emitShareEvent } from './snapshot-event.ts';
import { tierOf } from './storage-tier.ts';

export default ec2.operation('ModifySnapshotAttribute', {
  async checks(context, input) {
    const change = permissionChange(input);
    return {
      snapshot: await ownResourceCheck(
        context,
        snapshotKind,
        'ec2:ModifySnapshotAttribute',
        input.SnapshotId,
        () => permissionConditions(change),
      ),
    };
  },

  async preconditions(context, input, { snapshot }) {
    const { add } = permissionChange(input);
    const { id, encrypted, dataKey } = snapshot.record;
    if (add.length > 0 && tierOf(snapshot.record) === 'archive') {
      throw new AwsError('OperationNotPermitted', `The snapshot '${id}' is archived and cannot be shared.`);
    }
    if (add.includes('all') && (await publicAccessOf(context.tx, context)) !== 'unblocked') {
      throw new AwsError(
        'OperationNotPermitted',
        'You cannot share snapshots publicly: block public access for snapshots is enabled in this account and Region.',
      );
    }
    if (!encrypted || add.length === 0) return;
    const { managedKeyArn } = await readAccountEncryption(context.tx, context);
    if (dataKey?.keyArn === managedKeyArn) {
      throw new AwsError(
        'OperationNotPermitted',
        'Encrypted snapshots with EBS default key cannot be shared',
      );
    }
    if (add.includes('all')) {
      throw new AwsError('OperationNotPermitted', 'Encrypted snapshots cannot be made public');
    }
  },

  async execute(context, input, { snapshot }) {
    const { add, remove } = permissionChange(input);
    const { record } = snapshot;
    const before = record.createVolumePermissions;
    const permissions = [...new Set([...before, ...add])].filter((grantee) => !remove.includes(grantee));
    const shared = { ...record, createVolumePermissions: permissions };
    context.tx.put(snapshotKind.table, shared);
    for (const account of permissions) {
      if (account !== 'all' && !before.includes(account)) emitShareEvent(context, shared, account);
    }
    await endFastRestores(context, shared, (account) => mayUseSnapshot(shared, account));
    return {};
  },

  audit: {
    requestParameters: (input) => ({
      snapshotId: input.SnapshotId,
      createVolumePermission: auditedPermissions(permissionChange(input)),
      attributeType: 'CREATE_VOLUME_PERMISSION',
    }),
  },
});
