/** Alarms of real accounts, of metrics and of other alarms, and dashboards. */
import type { Scope } from '../../../aws/scope.ts';
import { adoptedKind, adoptKinds, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import {
  type Adoption,
  entriesOf,
  globalScope,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type {
  CompositeAlarm,
  DashboardEntry,
  MetricAlarm,
  Tag,
} from '../../../shapes/generated/cloudwatch.ts';
import {
  type AlarmRecord,
  alarmArn,
  alarms,
  type CompositeAlarmRecord,
  type MetricAlarmRecord,
} from '../alarm/alarm.ts';
import type { StateValue } from '../alarm/alarm-state.ts';
import { dashboards } from '../dashboard/dashboard.ts';

const OPERATION = 'cloudwatch:DescribeAlarms';

type Described = MetricAlarm | CompositeAlarm;

/** Members of a description that say how an alarm is, not what was asked for. */
const SHOWN = [
  'ActionsEnabled',
  'AlarmArn',
  'AlarmConfigurationUpdatedTimestamp',
  'EvaluationState',
  'ActionsSuppressedBy',
  'ActionsSuppressedReason',
  'StateReason',
  'StateReasonData',
  'StateTransitionedTimestamp',
  'StateUpdatedTimestamp',
  'StateValue',
];

const alarmKind = (type: AlarmRecord['type'], member: string) =>
  adoptedKind<Described, AlarmRecord>(
    OPERATION,
    member,
    recordsIn(alarms),
    (described, scope, adoption) => alarmOf(type, described, scope, adoption),
    (adoption, alarm, answer) => noteOrigin(adoption, alarmArn(alarm, alarm.name), OPERATION, answer),
  );

const adoptAllAlarms = adoptKinds([
  alarmKind('MetricAlarm', 'MetricAlarms'),
  alarmKind('CompositeAlarm', 'CompositeAlarms'),
]);

export async function adoptAlarms(adoption: Adoption): Promise<void> {
  await adoptAllAlarms(adoption);
  adoptDashboards(adoption);
}

function alarmOf(
  type: AlarmRecord['type'],
  described: Described,
  scope: Scope,
  { described: all }: Adoption,
): AlarmRecord {
  const ResourceARN = described.AlarmArn ?? alarmArn(scope, described.AlarmName ?? '');
  const tags = all.get('cloudwatch:ListTagsForResource', scope, { ResourceARN })?.output?.Tags;
  const settings = Object.fromEntries(Object.entries(described).filter(([name]) => !SHOWN.includes(name)));
  return {
    ...scope,
    type,
    name: described.AlarmName ?? '',
    configuredAtMs: timeOf(described.AlarmConfigurationUpdatedTimestamp),
    actionsEnabled: described.ActionsEnabled ?? true,
    state: {
      value: (described.StateValue ?? 'INSUFFICIENT_DATA') as StateValue,
      reason: described.StateReason ?? '',
      reasonData: described.StateReasonData,
      atMs: timeOf(described.StateUpdatedTimestamp),
    },
    transitionedAtMs: timeOf(described.StateTransitionedTimestamp ?? described.StateUpdatedTimestamp),
    tags: tagRecord(tags as readonly Tag[] | undefined),
    settings,
  } as MetricAlarmRecord | CompositeAlarmRecord;
}

function adoptDashboards({ tx, described }: Adoption): void {
  for (const account of described.accounts()) {
    const scope = globalScope(account);
    const entries = entriesOf<DashboardEntry>(
      { described },
      'cloudwatch:ListDashboards',
      scope,
      'DashboardEntries',
    );
    for (const { DashboardName: name = '', LastModified } of entries) {
      const body = described.get('cloudwatch:GetDashboard', scope, { DashboardName: name })?.output
        ?.DashboardBody;
      if (typeof body === 'string')
        tx.put(dashboards, { account, name, body, modifiedAtMs: timeOf(LastModified) });
    }
  }
}
