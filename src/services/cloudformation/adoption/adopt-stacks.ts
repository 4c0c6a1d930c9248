/** Stacks of real accounts with their events: what became of them. Their templates hold what nobody should read, and are not here. */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, noteOrigin, timeOf } from '../../../invoke/imported/described.ts';
import type { Stack, StackEvent } from '../../../shapes/generated/cloudformation.ts';
import { type StackRecord, stackArn, stacks } from '../stack/stack.ts';
import { eventStream, stackEvents } from '../stack/stack-event.ts';
import type { StackStatus } from '../stack/stack-status.ts';

type Described = Omit<Stack, 'CreationTime' | 'DeletionTime' | 'LastUpdatedTime'> & {
  readonly DeletionTime?: unknown;
  readonly CreationTime?: unknown;
  readonly LastUpdatedTime?: unknown;
};

export async function adoptStacks(adoption: Adoption): Promise<void> {
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) adoptRegion(adoption, { account, region });
  }
}

function adoptRegion(adoption: Adoption, scope: Scope): void {
  const operation = 'cloudformation:DescribeStacks';
  for (const described of entriesOf<Described>(adoption, operation, scope, 'Stacks')) {
    const stack = stackOf(scope, described);
    adoption.tx.put(stacks, stack);
    const [answer] = adoption.described.of(operation, scope) ?? [];
    if (answer) noteOrigin(adoption, stackArn(stack), operation, answer);
    adoptEvents(adoption, stack, described.StackId ?? described.StackName ?? '');
  }
}

function stackOf(scope: Scope, stack: Described): StackRecord {
  const { StackName: name = '', StackId = '' } = stack;
  return {
    ...scope,
    name,
    uuid: parseArn(StackId)?.resource.split('/').at(-1) ?? name,
    createdAtMs: timeOf(stack.CreationTime),
    ...(stack.LastUpdatedTime !== undefined && { updatedAtMs: timeOf(stack.LastUpdatedTime) }),
    ...(stack.DeletionTime !== undefined && { deletedAtMs: timeOf(stack.DeletionTime) }),
    status: stack.StackStatus as StackStatus,
    statusReason: stack.StackStatusReason,
    adopted: {
      description: stack.Description,
      capabilities: stack.Capabilities ?? [],
      tags: stack.Tags ?? [],
    },
    roleArn: stack.RoleARN,
    disableRollback: stack.DisableRollback ?? false,
    timeoutMinutes: stack.TimeoutInMinutes,
    terminationProtection: stack.EnableTerminationProtection ?? false,
    changeSetId: stack.ChangeSetId,
    lastOperations: (stack.LastOperations ?? []).map(({ OperationType = '', OperationId = '' }) => ({
      OperationType,
      OperationId,
    })),
  };
}

/** AWS lists the newest first, and the log takes the oldest. */
function adoptEvents({ tx, described }: Adoption, stack: StackRecord, StackName: string): void {
  const answer = described.get('cloudformation:DescribeStackEvents', stack, { StackName });
  const events = (answer?.output?.StackEvents as readonly StackEvent[] | undefined) ?? [];
  for (const event of [...events].reverse()) {
    const atMs = timeOf(event.Timestamp);
    const body = { event: { ...event, Timestamp: atMs } };
    tx.append(stackEvents, { stream: eventStream(stack), atMs, labels: {}, body });
  }
}
