/**
 * All volumes of an instance at one point in time
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshots.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { CreateSnapshotsRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { type InstanceRecord, instanceKind } from '../instance/instance.ts';
import { createdResources } from '../resource/arn.ts';
import { resourceCheck } from '../resource/kind.ts';
import { mergeTags, taggedCreationCheck } from '../resource/tag.ts';
import { attachmentTo, type VolumeRecord, volumeKind, volumesOf } from '../volume/volume.ts';
import { showSnapshot, snapshotKind } from './snapshot.ts';
import {
  freezeBlocks,
  putSnapshot,
  requireCanSnapshot,
  requireRegional,
  requireRoomForSnapshot,
  scheduleCompletion,
} from './take-snapshot.ts';

const ACTION = 'ec2:CreateSnapshots';

export default ec2.operation('CreateSnapshots', {
  unserved: ['OutpostArn'],
  async checks(context, input) {
    requireRegional(input.Location);
    const { InstanceId: instanceId } = input.InstanceSpecification;
    const instance = await resourceCheck(context, instanceKind, ACTION, instanceId);
    const chosen = instance.record ? await chooseVolumes(context, instance.record, input) : [];
    const { create, tag } = taggedCreationCheck(context, ACTION, snapshotKind, input, {});
    return {
      instance,
      volumes: await Promise.all(chosen.map(({ id }) => resourceCheck(context, volumeKind, ACTION, id))),
      snapshots: create,
      tag,
    };
  },
  async preconditions({ tx }, _input, { volumes }) {
    for (const { record } of volumes) requireCanSnapshot(record);
    for (const { record } of volumes) await requireRoomForSnapshot(tx, record);
  },
  calls: (ctx, _input, { volumes }) =>
    freezeBlocks(
      ctx,
      volumes.map(({ record }) => record),
    ),
  execute(context, input, { volumes, snapshots }, frozen) {
    const { Description: description = '', CopyTagsFromSource: copied } = input;
    const made = volumes.map(({ record }, index) => {
      const tags = copied === 'volume' ? mergeTags(record.tags, snapshots.plan.tags) : snapshots.plan.tags;
      return putSnapshot(context, frozen[index]!, record, { description, tags });
    });
    scheduleCompletion(
      context,
      frozen.map(({ id }) => id),
      true,
    );
    return {
      Snapshots: made.map((snapshot) => ({
        ...showSnapshot(snapshot),
        Progress: '',
        Tags: [...snapshot.tags],
      })),
    };
  },
  audit: {
    resources: (_input, output, scope) =>
      createdResources(scope, 'snapshot', output?.Snapshots?.map(({ SnapshotId }) => SnapshotId) ?? []),
  },
});

async function chooseVolumes(
  context: ResolveContext,
  instance: InstanceRecord,
  {
    InstanceSpecification: { ExcludeBootVolume: withoutRoot, ExcludeDataVolumeIds: excluded },
  }: CreateSnapshotsRequest,
): Promise<VolumeRecord[]> {
  const attached = await volumesOf(context.tx, context, instance.id);
  const isRoot = (volume: VolumeRecord) =>
    attachmentTo(volume, instance.id)?.device === instance.rootDeviceName;
  for (const id of excluded ?? []) {
    if (attached.some((volume) => volume.id === id && !isRoot(volume))) continue;
    throw new AwsError(
      'InvalidParameterValue',
      `The volume '${id}' is not a data volume of instance '${instance.id}'.`,
    );
  }
  const chosen = attached.filter(
    (volume) => !(withoutRoot && isRoot(volume)) && !excluded?.includes(volume.id),
  );
  if (chosen.length > 0) return chosen;
  throw new AwsError('InvalidParameterCombination', 'No volumes of the instance are left to be snapshotted.');
}
