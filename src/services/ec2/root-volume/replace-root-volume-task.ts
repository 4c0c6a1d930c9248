/** The replacement of a running instance's root volume: the task, and how AWS shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ReplaceRootVolumeTask } from '../../../shapes/generated/ec2.ts';
import { table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import type { VolumeGrant } from '../encryption/data-key.ts';
import type { KmsFailure } from '../encryption/kms-failure.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../resource/kind.ts';

export interface RootVolumeTaskRecord extends ResourceRecord {
  readonly instanceId: string;
  readonly state: 'pending' | 'in-progress' | 'succeeded' | 'failed';
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  readonly imageId?: string;
  readonly snapshotId?: string;
  readonly deletesReplaced: boolean;
  /** The volume that takes the root's place. */
  readonly volumeId: string;
  /** The instance's grant on the new volume's key. */
  readonly grant?: VolumeGrant;
  readonly failure?: KmsFailure;
}

export const rootVolumeTasks = table<RootVolumeTaskRecord>()({
  name: 'ec2.replace-root-volume-tasks',
  key: ({ account, region, id }) => [account, region, id],
});

export const rootVolumeTaskKind = storedKind<RootVolumeTaskRecord>({
  type: 'replace-root-volume-task',
  prefix: 'replacevol',
  table: rootVolumeTasks,
  notFound: (ids) =>
    notFoundError('InvalidReplaceRootVolumeTaskID.NotFound', 'replaceRootVolumeTask ID', ids),
  malformed: (id) =>
    new AwsError(
      'InvalidReplaceRootVolumeTaskId.Malformed',
      `Invalid id: "${id}" (expecting "replacevol-...")`,
    ),
  conditions: () => ({}),
});

const isoTime = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

export function showRootVolumeTask(task: RootVolumeTaskRecord): ReplaceRootVolumeTask {
  return {
    ReplaceRootVolumeTaskId: task.id,
    InstanceId: task.instanceId,
    TaskState: task.state,
    StartTime: isoTime(task.startedAtMs),
    CompleteTime: isoTime(task.endedAtMs),
    ImageId: task.imageId,
    SnapshotId: task.snapshotId,
    DeleteReplacedRootVolume: task.deletesReplaced,
    Tags: [...task.tags],
  };
}

export const rootVolumeTaskFilters: FilterFields<RootVolumeTaskRecord> = {
  'instance-id': ({ instanceId }) => instanceId,
};
