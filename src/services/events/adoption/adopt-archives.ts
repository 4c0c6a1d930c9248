/** Archives and replays of real accounts. What is archived is not read: a fork has nothing of it to replay. */
import type { Scope } from '../../../aws/scope.ts';
import { adoptedKind, adoptKinds, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, timeOf } from '../../../invoke/imported/described.ts';
import { hex } from '../../../platform/identifiers.ts';
import type { DescribeArchiveResponse, DescribeReplayResponse } from '../../../shapes/generated/events.ts';
import { type ArchiveRecord, archives } from '../archive/archive.ts';
import { busOfArn, DEFAULT_BUS } from '../bus/bus.ts';
import { describedEncryption } from '../encryption/encryption.ts';
import { type ReplayRecord, replays } from '../replay/replay.ts';

interface Listed {
  readonly ArchiveName?: string;
  readonly ReplayName?: string;
}

type Untimed<T, K extends keyof T> = Omit<T, K> & { readonly [Name in K]?: unknown };
type DescribedArchive = Untimed<DescribeArchiveResponse, 'CreationTime'>;
type DescribedReplay = Untimed<
  DescribeReplayResponse,
  'EventEndTime' | 'EventLastReplayedTime' | 'EventStartTime' | 'ReplayEndTime' | 'ReplayStartTime'
>;

export const adoptArchives = adoptKinds([
  adoptedKind<Listed, ArchiveRecord>('events:ListArchives', 'Archives', recordsIn(archives), archiveOf),
  adoptedKind<Listed, ReplayRecord>('events:ListReplays', 'Replays', recordsIn(replays), replayOf),
]);

function archiveOf(listed: Listed, scope: Scope, { described, entropy }: Adoption): ArchiveRecord {
  const { ArchiveName } = listed;
  const read = described.get('events:DescribeArchive', scope, { ArchiveName })?.output;
  const archive: DescribedArchive = { ...listed, ...read };
  return {
    ...scope,
    name: ArchiveName ?? '',
    archiveId: hex(entropy, 16),
    bus: busOfArn(archive.EventSourceArn ?? '')?.name ?? DEFAULT_BUS,
    description: archive.Description,
    pattern: archive.EventPattern,
    ...describedEncryption(archive.KmsKeyIdentifier),
    retentionDays: archive.RetentionDays ?? 0,
    createdAtMs: timeOf(archive.CreationTime),
    eventCount: archive.EventCount ?? 0,
    sizeBytes: archive.SizeBytes ?? 0,
  };
}

function replayOf(listed: Listed, scope: Scope, { described }: Adoption): ReplayRecord {
  const { ReplayName } = listed;
  const read = described.get('events:DescribeReplay', scope, { ReplayName })?.output;
  const replay: DescribedReplay = { ...listed, ...read };
  const lastMs = replay.EventLastReplayedTime;
  return {
    ...scope,
    name: ReplayName ?? '',
    description: replay.Description,
    state: (replay.State ?? 'COMPLETED') as ReplayRecord['state'],
    archiveArn: replay.EventSourceArn ?? '',
    archiveId: '',
    destination: replay.Destination ?? { Arn: '' },
    fromMs: timeOf(replay.EventStartTime),
    toMs: timeOf(replay.EventEndTime),
    startedAtMs: timeOf(replay.ReplayStartTime),
    ...(replay.ReplayEndTime !== undefined && { endedAtMs: timeOf(replay.ReplayEndTime) }),
    ...(lastMs !== undefined && { last: { timeMs: timeOf(lastMs), eventId: '' } }),
  };
}
