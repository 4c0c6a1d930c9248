/** What both kinds of alarms have in common when they are put: conditions, actions, tags, and what follows. */
import type { CallContext, ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import { type ConditionValues, type Found, optional } from '../../../invoke/verdict.ts';
import { ensureServiceLinkedRole } from '../../../service-kit/service-linked-role.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { PutCompositeAlarmInput, PutMetricAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import {
  allActions,
  INSTANCE_ACTION_SERVICE,
  instanceActionRole,
  instanceVerb,
  requireActions,
} from '../action/alarm-action.ts';
import { invalid, limitExceeded } from '../errors.ts';
import { record } from '../history/history.ts';
import { emitConfigurationChange } from '../state/alarm-event.ts';
import { withTags } from '../tag/tag.ts';
import { type AlarmRecord, alarmCheck, alarms, alarmsOf } from './alarm.ts';

type PutAlarm = Pick<
  PutMetricAlarmInput,
  'AlarmName' | 'AlarmActions' | 'OKActions' | 'InsufficientDataActions' | 'Tags'
>;

const MAX_ALARMS = 5000;

const conditionsOf = (input: PutAlarm): ConditionValues => ({
  ...requestTagConditions(tagRecord(input.Tags)),
  'cloudwatch:AlarmActions': allActions(input),
});

export async function putAlarmCheck(
  context: ResolveContext,
  operation: 'PutMetricAlarm' | 'PutCompositeAlarm',
  input: PutAlarm,
): Promise<Found<AlarmRecord | undefined>> {
  return optional(await alarmCheck(context, operation, input.AlarmName, () => conditionsOf(input)));
}

export async function requirePuttable(
  context: ResolveContext,
  input: PutAlarm,
  before: AlarmRecord | undefined,
  type: AlarmRecord['type'],
): Promise<void> {
  requireActions(context, input);
  if (before && before.type !== type) {
    throw invalid(`An alarm of another type with the name ${input.AlarmName} already exists.`);
  }
  if (!before && (await alarmsOf(context.tx, context)).length >= MAX_ALARMS) throw limitExceeded();
}

/** Makes the role of EC2 actions where there is none yet, with the caller's own right to do so. */
export async function ensureInstanceActionRole(ctx: CallContext, input: PutAlarm): Promise<void> {
  if (!allActions(input).some(instanceVerb)) return;
  const roleArn = instanceActionRole(ctx.account);
  await ensureServiceLinkedRole(ctx, { roleArn, service: INSTANCE_ACTION_SERVICE });
}

/** The alarm as it is from now on: an old one keeps its state and its tags. */
export function configured(
  { account, region, nowMs, caller }: ExecuteContext,
  before: AlarmRecord | undefined,
  input: PutMetricAlarmInput | PutCompositeAlarmInput,
): Omit<AlarmRecord, 'type'> {
  const { Tags: tags = [], ActionsEnabled: actionsEnabled = true, ...settings } = input;
  return {
    account,
    region,
    name: input.AlarmName,
    settings,
    configuredAtMs: nowMs,
    actionsEnabled,
    state: before?.state ?? {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      atMs: nowMs,
    },
    transitionedAtMs: before?.transitionedAtMs ?? nowMs,
    tags: before?.tags ?? withTags({}, tags, caller),
  };
}

export async function keepAlarm(
  context: ExecuteContext,
  alarm: AlarmRecord,
  before: AlarmRecord | undefined,
): Promise<void> {
  context.tx.put(alarms, alarm);
  const type = before ? 'Update' : 'Create';
  const summary = `Alarm "${alarm.name}" ${before ? 'updated' : 'created'}`;
  const [createdAlarm, updatedAlarm] = [before?.settings ?? alarm.settings, alarm.settings];
  const data = before ? { type, originalUpdatedFields: createdAlarm, updatedAlarm } : { type, createdAlarm };
  await record(context, alarm, 'ConfigurationUpdate', summary, data);
  emitConfigurationChange(context, before ? 'update' : 'create', alarm, before);
}
