/** For `explain`: the last event of a rule that its target refused. EventBridge says nothing of it, the trail does. */
import type { Scope } from '../../../aws/scope.ts';
import type { FailureSource } from '../../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type OwnCall, refusedCall, sourcesOf } from '../event/own-calls.ts';
import { type RuleRecord, ruleArn, rules } from './rule.ts';

/** What a delivery calls. */
const CALLS = ['CreateLogStream', 'PutLogEvents'];

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

function lastRefused(tx: ReadTransaction, rule: RuleRecord & Scope): Promise<OwnCall | undefined> {
  const arn = ruleArn(rule);
  const groups = rule.targets.map(({ Arn }) => `${Arn.replace(/:\*$/, '')}:log-stream:`);
  return refusedCall(tx, CALLS, (call) => {
    const sources = sourcesOf(call);
    if (sources.length > 0) return sources.includes(arn);
    // For which rule it was, the record of a real account's delivery does not say: only where it should have gone.
    return call.body.decisions.some(
      ({ resource, evidence }) =>
        evidence?.principal.kind === 'service' && groups.some((group) => resource.startsWith(group)),
    );
  });
}
