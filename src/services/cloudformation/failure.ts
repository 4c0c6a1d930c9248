/** For `explain`: the resource that made a stack fail and what its failure was, and what is still being done. */
import type { Scope } from '../../aws/scope.ts';
import { unreadOf } from '../../invoke/imported/unread.ts';
import type {
  AwaitedResource,
  FailureSource,
  ResourceFailure,
  StandingFailure,
  UnderWay,
} from '../../invoke/ports/failure-source.ts';
import type { StackEvent } from '../../shapes/generated/cloudformation.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { DESCRIBE_EVENTS, LIST_RESOURCES } from './adoption/adopt-stacks.ts';
import { findStack, type StackRecord, stackArn, stacks } from './stack/stack.ts';
import { eventStream, isOfStack, stackEvents } from './stack/stack-event.ts';
import { rowsOf, type StackResourceRecord, stackResources } from './stack/stack-resource.ts';

export const failureSource: FailureSource = { failureOf, standing, underWay, unread };

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
  const first = firstFailure(await newestEvents(tx, stack));
  if (!first) return undefined;
  const resource =
    REQUEST_ID.exec(first.ResourceStatusReason ?? '')?.[1] ?? subjectOf(first.PhysicalResourceId);
  const reason = first.ResourceStatusReason?.replace(/ ?Encoded authorization failure message: [\w-]+/, '');
  return {
    ...(resource && { cause: { resource } }),
    symptom: `stack ${stack.name}: ${first.LogicalResourceId} ${first.ResourceStatus}${reason ? `: ${reason}` : ''}`,
    atMs: Number(first.Timestamp),
  };
}

/** Its service knows a resource by its physical id, and what is a pair of two (`vol-…|i-…`) by the first. */
const subjectOf = (physicalId: string | undefined): string | undefined => physicalId?.split('|', 1)[0];

async function newestEvents(tx: ReadTransaction, stack: StackRecord): Promise<StackEvent[]> {
  const events = await tx.scan(stackEvents, { stream: eventStream(stack), limit: REACH });
  return events.map(({ body }) => body.event);
}

const NOUNS = { CREATE: 'creation', UPDATE: 'update', DELETE: 'deletion', IMPORT: 'import' };
const BEGUN = /^(CREATE|UPDATE|DELETE|IMPORT)_IN_PROGRESS$/;
/** What an update has replaced is deleted at its end. */
const RUNNING = /^(CREATE|UPDATE|DELETE|IMPORT)(?:_COMPLETE_CLEANUP)?_IN_PROGRESS$/;

/** An operation that has neither ended nor met a failure. */
async function underWay(tx: ReadTransaction, scope: Scope, subject: string): Promise<UnderWay | undefined> {
  const stack = await findStack(tx, scope, subject);
  const [, operation] = RUNNING.exec(stack?.status ?? '') ?? [];
  if (!stack || !operation) return undefined;
  const newest = await newestEvents(tx, stack);
  const begin = newest.findIndex((event) => isOfStack(event) && BEGUN.test(event.ResourceStatus ?? ''));
  const events = begin < 0 ? newest : newest.slice(0, begin + 1);
  if (firstFailure(events)) return undefined;
  const at = newest[begin]?.Timestamp;
  return {
    what: `The ${NOUNS[operation as keyof typeof NOUNS]} of stack ${stack.name}`,
    sinceMs: at === undefined ? undefined : Number(at),
    waitsFor: (await rowsOf(tx, stack)).flatMap((row) => awaited(row, events)),
  };
}

/** What was asked for, and is not as it should be. `events`: of the operation, the newest first. */
function awaited(row: StackResourceRecord, events: readonly StackEvent[]): AwaitedResource[] {
  const { logicalId: name, physicalId, status = '', role, changedAtMs } = row;
  const subject = subjectOf(physicalId);
  // What is replaced keeps its status until it is deleted.
  const isReplaced = role !== 'current' && !status.startsWith('DELETE');
  if (subject === undefined || isReplaced || !status.endsWith('_IN_PROGRESS')) return [];
  const begun = events.findLast((event) => event.LogicalResourceId === name && !isOfStack(event));
  return [{ name, subject, sinceMs: Number(begun?.Timestamp ?? changedAtMs) }];
}

async function unread(
  tx: ReadTransaction,
  scope: Scope,
  subject: string,
): Promise<readonly string[] | undefined> {
  const stack = await findStack(tx, scope, subject);
  if (!stack) return (await isWaitCondition(tx, scope, subject)) ? [] : undefined;
  const of = async (what: string, operation: string) => {
    const why = await unreadOf(tx, operation, scope, stackArn(stack));
    return why === undefined ? [] : [`the ${what} of stack ${stack.name}: ${why}`];
  };
  return [...(await of('resources', LIST_RESOURCES)), ...(await of('events', DESCRIBE_EVENTS))];
}

/** Of which there is nothing more to be read: its stack's events say that it failed. */
async function isWaitCondition(
  tx: ReadTransaction,
  { account, region }: Scope,
  physicalId: string,
): Promise<boolean> {
  const prefix = [account, region, physicalId];
  const [row] = await tx.find(stackResources, 'physicalId', { prefix, limit: 1 });
  return row?.type === 'AWS::CloudFormation::WaitCondition';
}

/** The first failure of the last operation: the others follow from it. `events`: the newest first. */
function firstFailure(events: readonly StackEvent[]): StackEvent | undefined {
  let found: StackEvent | undefined;
  for (const event of events) {
    const { ResourceStatus = '', ResourceStatusReason = '' } = event;
    if (isOfStack(event)) {
      if (BEGUN.test(ResourceStatus) && found) return found;
      continue;
    }
    if (ResourceStatus.endsWith('_FAILED') && !CANCELLED.test(ResourceStatusReason)) found = event;
  }
  return found;
}
