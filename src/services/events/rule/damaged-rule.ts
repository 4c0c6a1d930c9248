/** For explanations: a rule or archive whose stored pattern is damaged, and so matches nothing. */
import { auditLog } from '../../../invoke/audit/audit.ts';
import type { FailureSource } from '../../../invoke/ports/failure-source.ts';
import { archiveArn, archives } from '../archive/archive.ts';
import { patternFault } from '../pattern/listener.ts';
import { ruleArn, rules } from './rule.ts';

const PUTS: ReadonlySet<string> = new Set(['PutRule', 'CreateArchive', 'UpdateArchive']);
/** Calls about it that are searched, the newest first. */
const REACH = 500;

export const damagedPatterns: FailureSource = {
  async failureOf(tx, { account, region }, subject) {
    const prefix = [account, region];
    const listeners = [
      ...(await tx.list(rules, { prefix })).map((rule) => ({ ...rule, arn: ruleArn(rule) })),
      ...(await tx.list(archives, { prefix })).map((archive) => ({ ...archive, arn: archiveArn(archive) })),
    ];
    const meant = listeners.find(({ arn, name }) => arn === subject || name === subject);
    const fault = meant && patternFault(meant.pattern);
    if (!meant || fault === undefined) return undefined;
    // The call that put it, which is where to look for who wrote it.
    const about = await tx.scan(auditLog, { label: { name: 'About', value: meant.arn }, limit: REACH });
    const put = about.find(({ body: { event } }) => PUTS.has(event.eventName) && !event.errorCode);
    return {
      ...(put && { cause: { eventId: put.body.event.eventID } }),
      symptom: `${meant.arn} matches nothing: its stored event pattern is damaged (${fault})`,
    };
  },
};
