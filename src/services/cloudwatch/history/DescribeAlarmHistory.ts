/**
 * What became of one alarm, or of all, the newest first unless asked otherwise.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
import { optional } from '../../../invoke/verdict.ts';
import { pageOf } from '../../../service-kit/page.ts';
import type { DescribeAlarmHistoryInput } from '../../../shapes/generated/cloudwatch.ts';
import { alarmCheck, allAlarmsCheck } from '../alarm/alarm.ts';
import { cloudwatch } from '../cloudwatch.ts';
import { invalidToken } from '../errors.ts';
import { alarmHistory, type HistoryRecord, showHistory } from './history.ts';

const MAX_ITEMS = 100;

export default cloudwatch.operation('DescribeAlarmHistory', {
  readOnly: true,
  unserved: ['AlarmContributorId'],
  async checks(context, { AlarmName: name }) {
    const operation = 'DescribeAlarmHistory';
    const alarm = name === undefined ? undefined : optional(await alarmCheck(context, operation, name));
    return { alarm, all: alarm ? undefined : allAlarmsCheck(context, operation) };
  },
  async execute({ tx, account, region }, input) {
    const kept = await tx.list(alarmHistory, { prefix: [account, region] });
    const { items, token: NextToken } = pageOf(
      {
        token: input.NextToken,
        limit: input.MaxRecords ?? MAX_ITEMS,
        invalidToken,
        reverse: input.ScanBy !== 'TimestampAscending',
      },
      kept.filter((item) => isWanted(input, item)),
      ({ atMs, place }) => [atMs, place],
    );
    return { AlarmHistoryItems: items.map(showHistory), NextToken };
  },
});

function isWanted(input: DescribeAlarmHistoryInput, item: HistoryRecord): boolean {
  const { AlarmName, AlarmTypes = ['MetricAlarm'], HistoryItemType: type, StartDate, EndDate } = input;
  return (
    (AlarmName === undefined ? AlarmTypes.includes(item.alarmType) : item.alarmName === AlarmName) &&
    (type === undefined || item.type === type) &&
    item.atMs >= (StartDate ?? 0) &&
    item.atMs <= (EndDate ?? Number.MAX_SAFE_INTEGER)
  );
}
