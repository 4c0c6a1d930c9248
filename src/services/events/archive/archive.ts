/** Archives: what of a bus's events is kept, to be replayed. */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import type { DescribeArchiveResponse } from '../../../shapes/generated/events.ts';
import { table } from '../../../store/store.ts';
import { type BusPlace, busArn } from '../bus/bus.ts';
import type { Encryption } from '../encryption/encryption.ts';
import type { CarriedEvent } from '../encryption/sealed-event.ts';
import { matchesPattern, type ReportFault } from '../pattern/listener.ts';
import { isReadOnlyCall } from '../rule/rule.ts';

export interface ArchiveRecord extends Scope {
  readonly name: string;
  /** What its events are kept under: a namesake made after a deletion starts empty. */
  readonly archiveId: string;
  readonly bus: string;
  readonly description?: string;
  /** Absent where every event is kept. */
  readonly pattern?: string;
  /** Where a customer managed key was chosen. */
  readonly encryption?: Encryption;
  /** Absent: enabled. */
  readonly state?: 'UPDATING' | 'UPDATE_FAILED';
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly createdAtMs: number;
  readonly eventCount: number;
  readonly sizeBytes: number;
}

export const archives = table<ArchiveRecord>()({
  name: 'events.archives',
  key: ({ account, region, name }) => [account, region, name],
  indexes: { bus: ({ account, region, bus }) => [[account, region, bus]] },
});

export interface ArchivedEvent {
  readonly archiveId: string;
  readonly timeMs: number;
  readonly event: CarriedEvent;
}

export const archivedEvents = table<ArchivedEvent>()({
  name: 'events.archived',
  key: ({ archiveId, timeMs, event }) => [archiveId, timeMs, event.id],
});

type ArchiveName = Pick<ArchiveRecord, 'account' | 'region' | 'name'>;

export const archiveArn = ({ account, region, name }: ArchiveName): string =>
  formatArn({ service: 'events', region, account, resource: `archive/${name}` });

export const busOfArchive = ({ account, region, bus: name }: ArchiveRecord): BusPlace => ({
  account,
  region,
  name,
});

export const archiveOfArn = (text: string): string | undefined =>
  /^archive\/([^/]+)$/.exec(parseArn(text)?.resource ?? '')?.[1];

/** Whether the archive takes the event. */
export function keeps(archive: ArchiveRecord, event: EventEnvelope, report: ReportFault): boolean {
  // What is replayed is there already.
  if ('replay-name' in event || isReadOnlyCall(event)) return false;
  return matchesPattern(archive, archiveArn, event, report) ?? true;
}

export const archiveEntry = (archive: ArchiveRecord): DescribeArchiveResponse => ({
  ArchiveArn: archiveArn(archive),
  ArchiveName: archive.name,
  EventSourceArn: busArn(busOfArchive(archive)),
  Description: archive.description,
  EventPattern: archive.pattern,
  State: archive.state ?? 'ENABLED',
  KmsKeyIdentifier: archive.encryption?.identifier,
  RetentionDays: archive.retentionDays,
  SizeBytes: archive.sizeBytes,
  EventCount: archive.eventCount,
  CreationTime: archive.createdAtMs,
});
