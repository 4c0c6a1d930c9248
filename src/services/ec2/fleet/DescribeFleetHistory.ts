/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFleetHistory.html */
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { fleetKind } from './fleet.ts';
import { eventTypeOf, historyOf, showFleetEvent } from './fleet-history.ts';
import { notForInstant } from './instant.ts';

export default ec2.operation('DescribeFleetHistory', {
  readOnly: true,
  async checks(context, input) {
    return { fleet: await resourceCheck(context, fleetKind, 'ec2:DescribeFleetHistory', input.FleetId) };
  },
  preconditions(_context, _input, { fleet: { record } }) {
    notForInstant(record, 'Describe fleet history');
  },
  async execute({ tx, nowMs }, input, { fleet: { record: fleet } }) {
    const all = (await historyOf(tx, fleet)).filter(
      (event) =>
        event.atMs >= input.StartTime && (!input.EventType || eventTypeOf(event) === input.EventType),
    );
    const idOf = ({ number }: { number: number }) => String(number).padStart(9, '0');
    const page = pageOf(all, idOf, input, { min: 1, lenient: true });
    return {
      FleetId: fleet.id,
      HistoryRecords: page.items.map(showFleetEvent),
      LastEvaluatedTime: page.items.at(-1)?.atMs ?? nowMs,
      NextToken: page.nextToken,
      StartTime: input.StartTime,
    };
  },
});
