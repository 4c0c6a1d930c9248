/**
 * Lists the events of a stack, newest first.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { stackCheck } from './stack-check.ts';
import { eventStream, stackEvents } from './stack-event.ts';

const PAGE_SIZE = 100;

export default cloudformation.operation('DescribeStackEvents', {
  readOnly: true,
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'DescribeStackEvents', name) };
  },
  async execute({ tx }, { NextToken: token }, { stack: { record: stack } }) {
    const before = token === undefined ? undefined : Number(token);
    if (Number.isNaN(before)) throw validationError(`Invalid nextToken ${token}`);
    const entries = await tx.scan(stackEvents, { stream: eventStream(stack), before, limit: PAGE_SIZE });
    const last = entries.at(-1);
    return {
      StackEvents: entries.map(({ body }) => body.event),
      NextToken: entries.length === PAGE_SIZE && last ? String(last.sequence) : undefined,
    };
  },
});
