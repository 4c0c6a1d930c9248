/**
 * Lists the streams of a group, by name or by their latest event.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
 */
import { pageOf } from '../../../service-kit/page.ts';
import { invalidParameter, invalidToken } from '../errors.ts';
import { namedGroup } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { logStreams, streamEntry } from './stream.ts';

const DEFAULT_LIMIT = 50;

export default logs.operation('DescribeLogStreams', {
  readOnly: true,
  async checks(context, input) {
    return { group: await groupCheck(context, 'DescribeLogStreams', namedGroup(context, input)) };
  },
  async execute({ tx }, input, { group: { record } }) {
    const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
    const byTime = orderBy === 'LastEventTime';
    if (byTime && prefix !== undefined) {
      throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const all = await tx.list(logStreams, { prefix: [record.groupId] });
    const found = all.filter(({ name }) => name.startsWith(prefix ?? ''));
    const request = {
      token: input.nextToken,
      limit: input.limit ?? DEFAULT_LIMIT,
      invalidToken,
      reverse: descending,
    };
    const { items, token } = pageOf(request, found, ({ name, lastEventAtMs = 0 }) =>
      byTime ? [lastEventAtMs, name] : [name],
    );
    return { logStreams: items.map((stream) => streamEntry(record, stream)), nextToken: token };
  },
});
