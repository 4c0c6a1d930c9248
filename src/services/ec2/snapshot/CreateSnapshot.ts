/**
 * The volume as it is now; it may go on being written
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html).
 */
import { ec2 } from '../ec2.ts';
import { createdResources, ec2Arn } from '../resource/arn.ts';
import { resourceCheck } from '../resource/kind.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import { volumeKind } from '../volume/volume.ts';
import { showNewSnapshot, snapshotKind } from './snapshot.ts';
import {
  freezeBlocks,
  putSnapshot,
  requireCanSnapshot,
  requireRegional,
  requireRoomForSnapshot,
  scheduleCompletion,
} from './take-snapshot.ts';

export default ec2.operation('CreateSnapshot', {
  unserved: ['OutpostArn'],
  async checks(context, input) {
    requireRegional(input.Location);
    const volume = await resourceCheck(context, volumeKind, 'ec2:CreateSnapshot', input.VolumeId);
    const { create, tag } = taggedCreationCheck(
      context,
      'ec2:CreateSnapshot',
      snapshotKind,
      input,
      {},
      () => ({
        'ec2:ParentVolume': ec2Arn(context, 'volume', input.VolumeId),
        'ec2:SourceAvailabilityZone': volume.record?.zone,
        'ec2:VolumeSize': volume.record?.sizeGiB,
      }),
    );
    return { volume, snapshot: create, tag };
  },
  async preconditions({ tx }, _input, { volume }) {
    requireCanSnapshot(volume.record);
    await requireRoomForSnapshot(tx, volume.record);
  },
  async calls(ctx, _input, { volume }) {
    const [frozen] = await freezeBlocks(ctx, [volume.record]);
    return frozen!;
  },
  execute(context, input, { volume, snapshot }, frozen) {
    const { Description: description = '' } = input;
    const made = putSnapshot(context, frozen, volume.record, { description, tags: snapshot.plan.tags });
    scheduleCompletion(context, [frozen.id], false);
    return showNewSnapshot(made);
  },
  audit: {
    resources: (input, output, scope) => [
      ...createdResources(scope, 'volume', [input.VolumeId]),
      ...createdResources(scope, 'snapshot', [output?.SnapshotId]),
    ],
  },
});
