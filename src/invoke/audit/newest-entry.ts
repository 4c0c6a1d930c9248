/** The newest entry of the audit log of those that are meant, however many others have come since. */
import type { LogRange, ReadTransaction } from '../../store/store.ts';
import { type AuditEntry, auditLog } from './audit.ts';

const PAGE = 50;

export async function newestEntry(
  tx: ReadTransaction,
  range: Pick<LogRange, 'stream' | 'label'>,
  isMeant: (entry: AuditEntry) => boolean,
): Promise<AuditEntry | undefined> {
  let before: number | undefined;
  for (;;) {
    const entries = await tx.scan(auditLog, { ...range, before, limit: PAGE });
    const newest = entries.find(isMeant);
    if (newest || entries.length < PAGE) return newest;
    before = entries.at(-1)?.sequence;
  }
}
