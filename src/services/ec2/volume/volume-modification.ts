/** The last modification of a volume: DescribeVolumesModifications shows it. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { VolumeModification } from '../../../shapes/generated/ec2.ts';
import { table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import { type ResourceRecord, storedKind } from '../resource/kind.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';
import { volumeKind } from './volume.ts';
import type { Performance } from './volume-type.ts';

/** Its id is the volume's. */
export interface ModificationRecord extends ResourceRecord {
  readonly state: 'modifying' | 'optimizing' | 'completed';
  readonly original: Performance;
  readonly target: Performance;
  readonly progressPercent: number;
  readonly startedAtMs: number;
  readonly endedAtMs?: number;
  /** When this one and those of the 24 hours before it were accepted. */
  readonly acceptedAtMs: readonly number[];
}

export const modifications = table<ModificationRecord>()({
  name: 'ec2.volume-modifications',
  key: ({ account, region, id }) => [account, region, id],
});

export const modificationKind = storedKind<ModificationRecord>({
  ...volumeKind,
  table: modifications,
  arnName: undefined,
  isVisible: undefined,
  find: undefined,
  conditions: () => ({}),
  notFound: ([id]) =>
    new AwsError('InvalidVolumeModification.NotFound', `Modification for volume '${id}' does not exist.`),
});

export function showModification(modification: ModificationRecord): VolumeModification {
  const { original, target } = modification;
  return {
    VolumeId: modification.id,
    ModificationState: modification.state,
    TargetSize: target.sizeGiB,
    TargetIops: target.iops,
    TargetVolumeType: target.type,
    TargetThroughput: target.throughputMiBps,
    TargetMultiAttachEnabled: target.multiAttach,
    OriginalSize: original.sizeGiB,
    OriginalIops: original.iops,
    OriginalVolumeType: original.type,
    OriginalThroughput: original.throughputMiBps,
    OriginalMultiAttachEnabled: original.multiAttach,
    Progress: modification.progressPercent,
    StartTime: wholeSeconds(modification.startedAtMs),
    EndTime: wholeSeconds(modification.endedAtMs),
  };
}

export const modificationFilters: FilterFields<ModificationRecord> = {
  'modification-state': ({ state }) => state,
  'original-iops': ({ original }) => original.iops,
  'original-size': ({ original }) => original.sizeGiB,
  'original-volume-type': ({ original }) => original.type,
  'original-multi-attach-enabled': ({ original }) => original.multiAttach,
  'start-time': ({ startedAtMs }) => secondsText(startedAtMs),
  'target-iops': ({ target }) => target.iops,
  'target-size': ({ target }) => target.sizeGiB,
  'target-volume-type': ({ target }) => target.type,
  'target-multi-attach-enabled': ({ target }) => target.multiAttach,
  'volume-id': ({ id }) => id,
};
