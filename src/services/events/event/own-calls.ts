/** For explanations: what EventBridge called in its own name and was refused, which the trail alone says. */
import { type AuditEntry, auditLog } from '../../../invoke/audit/audit.ts';
import { presentConditions } from '../../../invoke/condition-lookup.ts';
import type { ReadTransaction, Sequenced } from '../../../store/store.ts';

/** How many of the latest calls of a name are searched. */
const REACH = 200;

export type OwnCall = Sequenced<AuditEntry>;

/** For which of its resources EventBridge called, where the record says. */
export const sourcesOf = ({ body }: OwnCall): readonly string[] =>
  body.decisions.flatMap(({ evidence }) =>
    evidence?.principal.kind === 'service'
      ? (presentConditions(evidence.conditions)['aws:SourceArn'] ?? [])
      : [],
  );

/** The latest call of one of the names, where it failed. */
export async function refusedCall(
  tx: ReadTransaction,
  names: readonly string[],
  isMeant: (call: OwnCall) => boolean,
): Promise<OwnCall | undefined> {
  for (const value of names) {
    const calls = await tx.scan(auditLog, { label: { name: 'EventName', value }, limit: REACH });
    const latest = calls.find(isMeant);
    if (latest?.body.event.errorCode) return latest;
  }
  return undefined;
}
