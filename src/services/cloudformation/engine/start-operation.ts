/** Begins what is done to a stack, and ends it. */
import type { EffectContext, ExecuteContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { type StackRecord, stacks } from '../stack/stack.ts';
import { changeStack } from '../stack/stack-event.ts';
import { KINDS, type OperationKind, type OperationRecord } from './operation.ts';

/** The name of the workflow that drives a stack's operation on (advance.ts). */
export const ADVANCE = 'cloudformation.stack.advance';
/** The names of those that work out what it gives, and that end what takes too long. */
export const OUTPUTS = 'cloudformation.stack.resolve-outputs';
export const TIME_OUT = 'cloudformation.stack.time-out';

export interface StackStep {
  readonly uuid: string;
  readonly operationId: string;
}

type Asked = Pick<OperationRecord, 'clientRequestToken'> &
  Partial<
    Pick<OperationRecord, 'onFailure' | 'retained' | 'isForced' | 'policyBody' | 'retainsExceptOnCreate'>
  >;

/** Starts an operation for a caller, whose rights are kept where the stack has no role. */
export function startOperation(
  context: ExecuteContext,
  stack: StackRecord,
  kind: OperationKind,
  asked: Asked,
  change: Partial<StackRecord> = {},
): StackRecord {
  const { roleArn } = { ...stack, ...change };
  return begin(
    context,
    stack,
    kind,
    {
      id: uuid(context.entropy),
      rights: roleArn === undefined ? { sessionId: context.keepForwardSession() } : { roleArn },
      onFailure: 'ROLLBACK',
      retained: [],
      ...asked,
    },
    { statusReason: 'User Initiated', ...change },
  );
}

/** Goes on with another kind of operation and the same rights: a rollback. */
export function continueAs(
  context: EffectContext,
  stack: StackRecord,
  kind: OperationKind,
  change: Partial<StackRecord>,
): StackRecord {
  const { operation } = stack;
  if (!operation) throw new Error(`stack ${stack.name} has nothing under way`);
  return begin(
    context,
    stack,
    kind,
    { ...operation, id: uuid(context.entropy), stopReason: undefined },
    change,
  );
}

function begin(
  context: EffectContext,
  stack: StackRecord,
  kind: OperationKind,
  operation: Omit<OperationRecord, 'kind' | 'phase'>,
  change: Partial<StackRecord>,
): StackRecord {
  const { started, provisions, operationType } = KINDS[kind];
  const { id: operationId } = operation;
  context.schedule(ADVANCE, 0, { uuid: stack.uuid, operationId } satisfies StackStep);
  return changeStack(context, stack, {
    ...change,
    status: started,
    operation: { ...operation, kind, phase: provisions ? 'provision' : 'cleanup' },
    lastOperations: [
      { OperationType: operationType, OperationId: operationId },
      ...stack.lastOperations,
    ].slice(0, 2),
  });
}

/** Nothing is left to do: the rights are given back. */
export function endOperation(
  context: EffectContext,
  stack: StackRecord,
  change: Partial<StackRecord> & Pick<StackRecord, 'status'>,
): void {
  const { rights } = stack.operation ?? {};
  const ended = changeStack(context, stack, change);
  context.tx.put(stacks, { ...ended, operation: undefined });
  if (rights && 'sessionId' in rights) context.endForwardSession(rights.sessionId);
}
