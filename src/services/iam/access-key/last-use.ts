/** When, where and for which service an access key was last used, as CloudTrail has it. */
import { newestEntry } from '../../../invoke/audit/newest-entry.ts';
import type { ReadTransaction } from '../../../store/store.ts';

export interface KeyUse {
  readonly atMs: number;
  readonly service: string;
  readonly region: string;
}

/** Calls that services made for the key's owner are records of their own, and not uses of the key. */
export async function lastUse(tx: ReadTransaction, accessKeyId: string): Promise<KeyUse | undefined> {
  const label = { name: 'AccessKeyId', value: accessKeyId };
  const entry = await newestEntry(
    tx,
    { label },
    ({ body }) => body.event.userIdentity?.invokedBy === undefined,
  );
  if (!entry) return undefined;
  const { eventSource, awsRegion } = entry.body.event;
  return { atMs: entry.atMs, service: eventSource.split('.')[0] as string, region: String(awsRegion) };
}
