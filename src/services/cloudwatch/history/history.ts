/** What became of alarms: configurations, states and actions, for thirty days. */
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { AlarmHistoryItem } from '../../../shapes/generated/cloudwatch.ts';
import { table } from '../../../store/store.ts';
import type { AlarmRecord } from '../alarm/alarm.ts';

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryRecord extends Scope {
  readonly atMs: number;
  /** Its place among those of the same moment. */
  readonly place: number;
  readonly alarmName: string;
  readonly alarmType: AlarmRecord['type'];
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

export const alarmHistory = table<HistoryRecord>()({
  name: 'cloudwatch.alarm-history',
  key: ({ account, region, atMs, place }) => [account, region, atMs, place],
});

/** How long AWS keeps it. */
const KEPT_MS = 30 * DAY_MS;
const MAX_FORGOTTEN = 100;

export async function record(
  context: EffectContext,
  { account, region, name, type: alarmType }: AlarmRecord,
  type: HistoryItemType,
  summary: string,
  data: object,
): Promise<void> {
  const { tx, nowMs: atMs } = context;
  const place = (await tx.list(alarmHistory, { prefix: [account, region, atMs] })).length;
  const text = JSON.stringify({ version: '1.0', ...data });
  tx.put(alarmHistory, {
    account,
    region,
    atMs,
    place,
    alarmName: name,
    alarmType,
    type,
    summary,
    data: text,
  });
  const oldest = await tx.list(alarmHistory, { prefix: [account, region], limit: MAX_FORGOTTEN });
  for (const item of oldest) {
    if (item.atMs < atMs - KEPT_MS) tx.delete(alarmHistory, [account, region, item.atMs, item.place]);
  }
}

export const showHistory = (item: HistoryRecord): AlarmHistoryItem => ({
  AlarmName: item.alarmName,
  AlarmType: item.alarmType,
  Timestamp: item.atMs,
  HistoryItemType: item.type,
  HistorySummary: item.summary,
  HistoryData: item.data,
});
