/**
 * Lists the events of a stack by operation, newest first: those of the stack, of its resources, and what failed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeEvents.html
 */
import type { OperationEvent } from '../../../shapes/generated/cloudformation.ts';
import { changeSetCheck } from '../change-set/change-set.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { findStack, type StackRecord } from './stack.ts';
import { stackCheck } from './stack-check.ts';
import { eventStream, isOfStack, type StackEventEntry, stackEvents } from './stack-event.ts';

const PAGE_SIZE = 100;

export default cloudformation.operation('DescribeEvents', {
  readOnly: true,
  async checks(context, { StackName: name, ChangeSetName: changeSet, OperationId: operationId }) {
    if (name === undefined && changeSet !== undefined) {
      return { of: await changeSetCheck(context, 'DescribeEvents', { ChangeSetName: changeSet }) };
    }
    const unnamed = () =>
      operationId === undefined
        ? 'One of StackName, ChangeSetName and OperationId is required.'
        : 'StackName is required: Latchkey finds operations by their stack.';
    const missing = name === undefined ? unnamed : undefined;
    return { of: await stackCheck(context, 'DescribeEvents', name, {}, missing) };
  },
  async execute(context, input, { of: { record } }) {
    const { tx } = context;
    const stack =
      'stackId' in record ? ((await findStack(tx, context, record.stackId)) as StackRecord) : record;
    let before = input.NextToken === undefined ? undefined : Number(input.NextToken);
    if (Number.isNaN(before)) throw validationError(`Invalid nextToken ${input.NextToken}`);
    const found: OperationEvent[] = [];
    for (;;) {
      const entries = await tx.scan(stackEvents, { stream: eventStream(stack), before, limit: PAGE_SIZE });
      for (const entry of entries) {
        before = entry.sequence;
        const event = operationEvent(entry);
        const isWanted = input.OperationId === undefined || event.OperationId === input.OperationId;
        if (isWanted && (!input.Filters?.FailedEvents || isFailed(event))) found.push(event);
        if (found.length === PAGE_SIZE) return { OperationEvents: found, NextToken: String(before) };
      }
      if (entries.length < PAGE_SIZE) return { OperationEvents: found };
    }
  },
});

const isFailed = ({ EventType }: OperationEvent): boolean => EventType === 'PROVISIONING_ERROR';

function operationEvent({ body: { event, operationType }, atMs }: StackEventEntry): OperationEvent {
  const { ResourceStatus: status = '' } = event;
  const isStackEvent = isOfStack(event);
  const failed = status.endsWith('_FAILED');
  const operationStatus = status.endsWith('_IN_PROGRESS') ? 'IN_PROGRESS' : failed ? 'FAILED' : 'SUCCEEDED';
  return {
    EventId: event.EventId,
    StackId: event.StackId,
    OperationId: event.OperationId,
    OperationType: operationType,
    OperationStatus: isStackEvent ? operationStatus : undefined,
    EventType: isStackEvent ? 'STACK_EVENT' : failed ? 'PROVISIONING_ERROR' : 'PROGRESS_EVENT',
    LogicalResourceId: event.LogicalResourceId,
    PhysicalResourceId: event.PhysicalResourceId,
    ResourceType: event.ResourceType,
    Timestamp: atMs,
    ResourceStatus: event.ResourceStatus,
    ResourceStatusReason: event.ResourceStatusReason,
    ResourceProperties: event.ResourceProperties,
    ClientRequestToken: event.ClientRequestToken,
  };
}
