/** Log streams: sequences of events within a group. */
import type { LogStream } from '../../../shapes/generated/logs.ts';
import { table } from '../../../store/store.ts';
import { type LogGroupRecord, streamArn } from '../group/group.ts';

export interface LogStreamRecord {
  readonly groupId: string;
  readonly name: string;
  /** What its events are kept under: a namesake made after a deletion starts empty. */
  readonly streamId: string;
  readonly createdAtMs: number;
  readonly firstEventAtMs?: number;
  readonly lastEventAtMs?: number;
  readonly lastIngestedAtMs?: number;
  /** Of all events ever put: what orders those of one moment. */
  readonly eventCount: number;
}

export const logStreams = table<LogStreamRecord>()({
  name: 'logs.streams',
  key: ({ groupId, name }) => [groupId, name],
});

export const streamEntry = (group: LogGroupRecord, stream: LogStreamRecord): LogStream => ({
  logStreamName: stream.name,
  creationTime: stream.createdAtMs,
  firstEventTimestamp: stream.firstEventAtMs,
  lastEventTimestamp: stream.lastEventAtMs,
  lastIngestionTime: stream.lastIngestedAtMs,
  // A stream without events has none.
  uploadSequenceToken: stream.eventCount > 0 ? sequenceToken(stream) : undefined,
  arn: streamArn(group, group.name, stream.name),
  // Since 2019 AWS tells it of groups only.
  storedBytes: 0,
});

/** Nobody needs one since 2023, and AWS still gives one. */
export const sequenceToken = ({ eventCount }: LogStreamRecord): string =>
  `49${String(eventCount).padStart(54, '0')}`;
