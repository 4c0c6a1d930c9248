/**
 * Ends a replay before its time.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CancelReplay.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { events } from '../events.ts';
import { replayArn, replays } from './replay.ts';
import { replayCheck } from './replay-check.ts';

export default events.operation('CancelReplay', {
  async checks(context, { ReplayName }) {
    return { replay: await replayCheck(context, 'CancelReplay', ReplayName) };
  },
  preconditions(_context, { ReplayName }, { replay: { record } }) {
    if (record.state === 'STARTING' || record.state === 'RUNNING') return;
    const message = `Replay ${ReplayName} is not in a valid state for this operation.`;
    throw new AwsError('IllegalStatusException', message);
  },
  execute({ tx }, _input, { replay: { record } }) {
    tx.put(replays, { ...record, state: 'CANCELLING' });
    return { ReplayArn: replayArn(record), State: 'CANCELLING' };
  },
});
