/** The events of a stack, newest first for whoever asks, and those that EventBridge gets (aws-facts H8). */
import type { EffectContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { StackEvent } from '../../../shapes/generated/cloudformation.ts';
import { type LogEntry, log } from '../../../store/store.ts';
import { KINDS } from '../engine/operation.ts';
import { type StackRecord, stackArn, stacks } from './stack.ts';
import { type StackResourceRecord, stackResources } from './stack-resource.ts';
import type { ResourceStatus, StackStatus } from './stack-status.ts';

export interface StackEventEntry extends LogEntry {
  readonly body: {
    readonly event: StackEvent;
    /** Of the operation that it is of. */
    readonly operationType?: string;
  };
}

/** Of the stack itself; the others are of its resources, nested stacks among them. */
export const isOfStack = ({ PhysicalResourceId, StackId }: Partial<StackEvent>): boolean =>
  PhysicalResourceId === StackId;

export const stackEvents = log<StackEventEntry>('cloudformation.stack-events');

export const eventStream = ({
  account,
  region,
  uuid: id,
}: Pick<StackRecord, 'account' | 'region' | 'uuid'>): string => `${account}/${region}/${id}`;

/** Puts the stack with its new status, and appends the event. */
export function changeStack<C extends Partial<StackRecord> & { readonly status: StackStatus }>(
  context: EffectContext,
  stack: StackRecord,
  change: C,
): StackRecord & C {
  const changed = { ...stack, statusReason: undefined, ...change };
  context.tx.put(stacks, changed);
  appendEvent(context, changed, {
    EventId: uuid(context.entropy),
    LogicalResourceId: changed.name,
    PhysicalResourceId: stackArn(changed),
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: changed.status,
    ResourceStatusReason: changed.statusReason,
  });
  context.emit({
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Stack Status Change',
    resources: [stackArn(changed)],
    detail: {
      'stack-id': stackArn(changed),
      'status-details': { status: changed.status, 'status-reason': changed.statusReason ?? '' },
      'client-request-token': changed.operation?.clientRequestToken ?? '',
    },
  });
  return changed;
}

/** Puts the row with its new status, and appends the event. */
export function changeResource(
  context: EffectContext,
  stack: StackRecord,
  row: StackResourceRecord,
  change: Partial<StackResourceRecord> & { readonly status: ResourceStatus },
): StackResourceRecord {
  const changed: StackResourceRecord = {
    ...row,
    statusReason: undefined,
    ...change,
    changedAtMs: context.nowMs,
  };
  context.tx.put(stackResources, changed);
  const { logicalId, status, statusReason, type, physicalId = '', shownProperties } = changed;
  appendEvent(context, stack, {
    EventId: `${logicalId}-${status}-${new Date(context.nowMs).toISOString()}`,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    ResourceStatus: status,
    ResourceStatusReason: statusReason,
    ResourceProperties: shownProperties,
  });
  context.emit({
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Resource Status Change',
    resources: [stackArn(stack)],
    detail: {
      'stack-id': stackArn(stack),
      'logical-resource-id': logicalId,
      'physical-resource-id': physicalId,
      'status-details': { status, 'status-reason': statusReason ?? '' },
      'resource-type': type,
      'client-request-token': stack.operation?.clientRequestToken ?? '',
    },
  });
  return changed;
}

function appendEvent(context: EffectContext, stack: StackRecord, event: Partial<StackEvent>): void {
  context.tx.append(stackEvents, {
    stream: eventStream(stack),
    atMs: context.nowMs,
    labels: {},
    body: {
      operationType: stack.operation && KINDS[stack.operation.kind].operationType,
      event: {
        StackId: stackArn(stack),
        StackName: stack.name,
        Timestamp: context.nowMs,
        ClientRequestToken: stack.operation?.clientRequestToken,
        OperationId: stack.operation?.id,
        ...event,
      } as StackEvent,
    },
  });
}
