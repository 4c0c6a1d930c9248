/**
 * Shows a replay, and how far it has come.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeReplay.html
 */
import { events } from '../events.ts';
import { replayDescription } from './replay.ts';
import { replayCheck } from './replay-check.ts';

export default events.operation('DescribeReplay', {
  readOnly: true,
  async checks(context, { ReplayName }) {
    return { replay: await replayCheck(context, 'DescribeReplay', ReplayName) };
  },
  execute: (_context, _input, { replay }) => replayDescription(replay.record),
});
