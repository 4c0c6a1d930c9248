/**
 * Deletes a stream with its events.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogStream.html
 */
import { eraseStream } from '../event/erasure.ts';
import { existingStreamCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { logStreams } from './stream.ts';

export default logs.operation('DeleteLogStream', {
  async checks(context, { logGroupName, logStreamName }) {
    return { stream: await existingStreamCheck(context, 'DeleteLogStream', logGroupName, logStreamName) };
  },
  async execute(context, _input, { stream: { record } }) {
    context.tx.delete(logStreams, logStreams.key(record.stream));
    await eraseStream(context, record.group, record.stream);
    return {};
  },
});
