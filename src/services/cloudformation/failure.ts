/** For `explain`: the resource that made a stack fail, and what its failure was. */
import type { Scope } from '../../aws/scope.ts';
import type { FailureSource, ResourceFailure, StandingFailure } from '../../invoke/ports/failure-source.ts';
import type { StackEvent } from '../../shapes/generated/cloudformation.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { findStack, stacks } from './stack/stack.ts';
import { eventStream, stackEvents } from './stack/stack-event.ts';

export const failureSource: FailureSource = { failureOf, standing };

/** Stacks whose last operation failed, whether or not it was rolled back. */
const FAILED_STATUS = /_FAILED$|ROLLBACK_COMPLETE$/;

async function standing(tx: ReadTransaction, limit: number): Promise<StandingFailure[]> {
  return (await tx.list(stacks))
    .filter(({ status }) => FAILED_STATUS.test(status))
    .slice(-limit)
    .map(({ account, region, name, createdAtMs, updatedAtMs }) => ({
      kind: 'stack',
      account,
      region,
      subject: name,
      atMs: updatedAtMs ?? createdAtMs,
    }));
}

/** Events that are searched for the beginning of the last operation. */
const REACH = 1000;

const STACK = 'AWS::CloudFormation::Stack';
/** What becomes of resources when another one has failed. */
const CANCELLED = /cancelled$/i;
/** A reason ends with the request that was refused, where one was. */
const REQUEST_ID = /Request ID: ([0-9a-f-]{36})/;

async function failureOf(
  tx: ReadTransaction,
  scope: Scope,
  subject: string,
): Promise<ResourceFailure | undefined> {
  const stack = await findStack(tx, scope, subject);
  if (!stack) return undefined;
  const events = await tx.scan(stackEvents, { stream: eventStream(stack), limit: REACH });
  const first = firstFailure(events.map(({ body }) => body.event));
  const about = first && (REQUEST_ID.exec(first.ResourceStatusReason ?? '')?.[1] ?? first.PhysicalResourceId);
  if (!first || !about) return undefined;
  const reason = first.ResourceStatusReason?.replace(/ ?Encoded authorization failure message: [\w-]+/, '');
  return {
    cause: { resource: about },
    symptom: `stack ${stack.name}: ${first.LogicalResourceId} ${first.ResourceStatus}${reason ? `: ${reason}` : ''}`,
  };
}

/** The first failure of the last operation: the others follow from it. `events`: the newest first. */
function firstFailure(events: readonly StackEvent[]): StackEvent | undefined {
  let found: StackEvent | undefined;
  for (const event of events) {
    const { ResourceType, ResourceStatus = '', ResourceStatusReason = '' } = event;
    if (ResourceType === STACK) {
      if (/^(?:CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/.test(ResourceStatus) && found) return found;
      continue;
    }
    if (ResourceStatus.endsWith('_FAILED') && !CANCELLED.test(ResourceStatusReason)) found = event;
  }
  return found;
}
