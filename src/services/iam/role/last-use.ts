/** When and where a role last made a request, as CloudTrail has it (aws-facts G5.11). */
import { newestEntry } from '../../../invoke/audit/newest-entry.ts';
import type { RoleLastUsed } from '../../../shapes/generated/iam.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import type { RoleRecord } from './role.ts';

/** Requests that were refused count, and so do those of a service in the role's sessions. */
export async function roleLastUsed(tx: ReadTransaction, { id }: RoleRecord): Promise<RoleLastUsed> {
  const entry = await newestEntry(tx, { label: { name: 'RoleId', value: id } }, () => true);
  return entry ? { LastUsedDate: entry.atMs, Region: String(entry.body.event.awsRegion) } : {};
}
