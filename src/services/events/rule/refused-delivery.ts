/** For `explain`: the last event of a rule that its target refused. EventBridge says nothing of it, the trail does. */
import type { Scope } from '../../../aws/scope.ts';
import { type AuditEntry, auditLog } from '../../../invoke/audit/audit.ts';
import type { FailureSource } from '../../../invoke/ports/failure-source.ts';
import type { ReadTransaction, Sequenced } from '../../../store/store.ts';
import { type RuleRecord, ruleArn, rules } from './rule.ts';

/** What a delivery calls, and how many of the latest such calls are searched. */
const CALLS = ['CreateLogStream', 'PutLogEvents'];
const REACH = 200;

export const refusedDeliveries: FailureSource = {
  async failureOf(tx, { account, region }, subject) {
    const all = await tx.list(rules, { prefix: [account, region] });
    const rule = all.find((each) => each.name === subject || ruleArn(each) === subject);
    const refused = rule && (await lastRefused(tx, rule));
    if (!rule || !refused) return undefined;
    const { eventID: eventId, eventTime: at, errorCode: code } = refused.body.event;
    return { cause: { eventId }, symptom: `rule ${rule.name} could not deliver an event at ${at}: ${code}` };
  },
};

async function lastRefused(
  tx: ReadTransaction,
  rule: RuleRecord & Scope,
): Promise<Sequenced<AuditEntry> | undefined> {
  const arn = ruleArn(rule);
  const groups = rule.targets.map(({ Arn }) => `${Arn.replace(/:\*$/, '')}:log-stream:`);
  // For which rule it was, the record of a real account's delivery does not say: only where it should have gone.
  const isOfRule = ({ body }: Sequenced<AuditEntry>) =>
    body.decisions.some(({ resource, evidence }) => {
      if (evidence?.principal.kind !== 'service') return false;
      const sources = evidence.conditions['aws:SourceArn'];
      return sources ? sources.includes(arn) : groups.some((group) => resource.startsWith(group));
    });
  for (const value of CALLS) {
    const calls = await tx.scan(auditLog, { label: { name: 'EventName', value }, limit: REACH });
    const latest = calls.find(isOfRule);
    if (latest?.body.event.errorCode) return latest;
  }
  return undefined;
}
