/** Tags of alarms. */
import type { Tags } from '../../../aws/tags.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { addTagRecord, removeTagRecord, type TagRules } from '../../../service-kit/tag-rules.ts';
import type { Tag } from '../../../shapes/generated/cloudwatch.ts';
import { type AlarmRecord, alarmArn, alarmCheck } from '../alarm/alarm.ts';
import { nameOfAlarmArn } from '../alarm/alarm-name.ts';
import { invalid, noAlarm, notServed } from '../errors.ts';

const RULES: TagRules = {
  max: 50,
  duplicate: () => invalid('Duplicate tag keys are not allowed.'),
  reserved: () => invalid('aws: prefixed tag key names are not allowed for external use.'),
  tooMany: () => invalid('A resource has at most 50 tags.'),
};

export const withTags = (existing: Tags, added: readonly Tag[], caller: Caller): Tags =>
  addTagRecord(RULES, existing, added, caller);

export const withoutTags = (existing: Tags, names: readonly string[], caller: Caller): Tags =>
  removeTagRecord(RULES, existing, names, caller);

/** The alarm that an ARN names. Insight rules and metric streams are not served. */
export async function taggedCheck(
  context: ResolveContext,
  operation: string,
  arn: string,
  conditions?: () => ConditionValues,
): Promise<Check<AlarmRecord>> {
  const name = nameOfAlarmArn(arn);
  if (name === undefined) {
    const missing = notServed(`tags of anything but alarms (${arn})`);
    return { action: `cloudwatch:${operation}`, resource: arn, account: context.account, missing };
  }
  const check = await alarmCheck(context, operation, name, conditions);
  const isOwn = arn === alarmArn(context, name);
  return resolved({ ...check, resource: arn }, isOwn ? check.record : undefined, noAlarm);
}
