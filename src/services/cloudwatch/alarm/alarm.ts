/** Alarms, of a metric or of other alarms: the record, its table, and how a request names one. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Tags } from '../../../aws/tags.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, type Found, resolved } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import type {
  CompositeAlarm,
  MetricAlarm,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
} from '../../../shapes/generated/cloudwatch.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noAlarm } from '../errors.ts';
import { nameOfAlarmArn } from './alarm-name.ts';
import { type Rule, ruleOf } from './alarm-rule.ts';
import type { StateValue } from './alarm-state.ts';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly reasonData?: string;
  readonly atMs: number;
}

interface Common extends Scope {
  readonly name: string;
  readonly configuredAtMs: number;
  readonly actionsEnabled: boolean;
  readonly state: AlarmState;
  /** When the value last became another. */
  readonly transitionedAtMs: number;
  readonly tags: Tags;
}

export interface MetricAlarmRecord extends Common {
  readonly type: 'MetricAlarm';
  readonly settings: Omit<PutMetricAlarmInput, 'Tags' | 'ActionsEnabled'>;
}

/** Why the actions of a composite alarm are held back (suppression.ts). */
export interface Suppression {
  readonly by: 'Alarm' | 'WaitPeriod' | 'ExtensionPeriod';
  readonly reason: string;
  readonly sinceMs: number;
  /** It has come into another state meanwhile. */
  readonly isHolding: boolean;
}

export interface CompositeAlarmRecord extends Common {
  readonly type: 'CompositeAlarm';
  readonly suppression?: Suppression;
  readonly settings: Omit<PutCompositeAlarmInput, 'Tags' | 'ActionsEnabled'>;
}

export type AlarmRecord = MetricAlarmRecord | CompositeAlarmRecord;

/** What a composite alarm looks at. */
export const ruleOfAlarm = (alarm: AlarmRecord): Rule | undefined =>
  alarm.type === 'CompositeAlarm' ? ruleOf(alarm.settings.AlarmRule ?? '') : undefined;

/** The name of the alarm that suppresses its actions. */
export const suppressorOf = ({
  ActionsSuppressor: suppressor,
}: CompositeAlarmRecord['settings']): string | undefined =>
  suppressor === undefined ? undefined : (nameOfAlarmArn(suppressor) ?? suppressor);

export const alarms = table<AlarmRecord>()({
  name: 'cloudwatch.alarms',
  key: ({ account, region, name }) => [account, region, name],
  indexes: {
    child: (alarm) =>
      [...(ruleOfAlarm(alarm)?.names ?? [])].map((child) => [alarm.account, alarm.region, child]),
    suppressor: (alarm) => {
      const name = alarm.type === 'CompositeAlarm' ? suppressorOf(alarm.settings) : undefined;
      return name === undefined ? [] : [[alarm.account, alarm.region, name]];
    },
  },
});

export const findAlarm = (tx: ReadTransaction, { account, region }: Scope, name: string) =>
  tx.get(alarms, [account, region, name]);

export const alarmsOf = (tx: ReadTransaction, { account, region }: Scope) =>
  tx.list(alarms, { prefix: [account, region] });

export const alarmArn = ({ account, region }: Scope, name: string): string =>
  formatArn({ service: 'cloudwatch', region, account, resource: `alarm:${name}` });

/** An unknown alarm is reported after authorization on its name. */
export async function alarmCheck(
  context: ResolveContext,
  operation: string,
  name: string,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<AlarmRecord>> {
  const record = await findAlarm(context.tx, context, name);
  const question = {
    action: `cloudwatch:${operation}`,
    resource: alarmArn(context, name),
    account: context.account,
    conditions: () => ({ ...resourceTagConditions(record?.tags), ...conditions() }),
  };
  return resolved(question, record, noAlarm);
}

/** For what is about all alarms. */
export const allAlarmsCheck = (context: ResolveContext, operation: string): Found<null> => ({
  action: `cloudwatch:${operation}`,
  resource: alarmArn(context, '*'),
  account: context.account,
  record: null,
});

const shownCommon = (alarm: AlarmRecord) => ({
  AlarmArn: alarmArn(alarm, alarm.name),
  AlarmConfigurationUpdatedTimestamp: alarm.configuredAtMs,
  ActionsEnabled: alarm.actionsEnabled,
  OKActions: alarm.settings.OKActions ?? [],
  AlarmActions: alarm.settings.AlarmActions ?? [],
  InsufficientDataActions: alarm.settings.InsufficientDataActions ?? [],
  StateValue: alarm.state.value,
  StateReason: alarm.state.reason,
  StateReasonData: alarm.state.reasonData,
  StateUpdatedTimestamp: alarm.state.atMs,
  StateTransitionedTimestamp: alarm.transitionedAtMs,
});

export function showMetricAlarm(alarm: MetricAlarmRecord): MetricAlarm {
  const { settings } = alarm;
  return { ...settings, ...shownCommon(alarm), Dimensions: settings.Dimensions ?? [] };
}

export const showCompositeAlarm = (alarm: CompositeAlarmRecord): CompositeAlarm => ({
  ...alarm.settings,
  ...shownCommon(alarm),
  ActionsSuppressedBy: alarm.suppression?.by,
  ActionsSuppressedReason: alarm.suppression?.reason,
});

/** What an alarm asks for when it comes into a state. */
export const actionsOn = ({ settings }: AlarmRecord, state: StateValue): readonly string[] =>
  ({
    OK: settings.OKActions,
    ALARM: settings.AlarmActions,
    INSUFFICIENT_DATA: settings.InsufficientDataActions,
  })[state] ?? [];
