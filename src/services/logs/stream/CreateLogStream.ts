/**
 * Makes a stream in a log group.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
 */
import { hex } from '../../../platform/identifiers.ts';
import { streamExists } from '../errors.ts';
import { streamCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { logStreams } from './stream.ts';

export default logs.operation('CreateLogStream', {
  async checks(context, { logGroupName, logStreamName }) {
    return { stream: await streamCheck(context, 'CreateLogStream', logGroupName, logStreamName) };
  },
  preconditions(_context, _input, { stream }) {
    if (stream.record.stream) throw streamExists();
  },
  execute({ tx, nowMs, entropy }, { logStreamName }, { stream }) {
    const { groupId } = stream.record.group;
    const streamId = hex(entropy, 16);
    tx.put(logStreams, { groupId, name: logStreamName, streamId, createdAtMs: nowMs, eventCount: 0 });
    return {};
  },
});
