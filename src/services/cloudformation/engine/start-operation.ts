/** Begins what is done to a stack, and ends it. */
import type { EffectContext, ExecuteContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { type StackRecord, stacks } from '../stack/stack.ts';
import { changeStack } from '../stack/stack-event.ts';
import { KINDS, type OperationKind, type OperationRecord } from './operation.ts';

/** Drives a stack's operation on (advance.ts). */
export const advanceStep = workflowRef<StackStep>('cloudformation.stack.advance');
/** Works out the stack's outputs (outputs.ts). */
export const resolveOutputsStep = workflowRef<StackStep>('cloudformation.stack.resolve-outputs');
export const timeOutStep = workflowRef<StackStep>('cloudformation.stack.time-out');

export interface StackStep {
  readonly uuid: string;
  readonly operationId: string;
}

/** A stack with an operation under way. */
export type BusyStack = StackRecord & { readonly operation: OperationRecord };

type Asked = Pick<OperationRecord, 'clientRequestToken'> &
  Partial<
    Pick<
      OperationRecord,
      'onFailure' | 'retained' | 'isForced' | 'policyBody' | 'retainsExceptOnCreate' | 'isNested'
    >
  >;

/** Starts an operation for a caller, whose rights are kept where the stack has no role. */
export function startOperation(
  context: ExecuteContext,
  stack: StackRecord,
  kind: OperationKind,
  asked: Asked,
  change: Partial<StackRecord> = {},
): BusyStack {
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
    stack.lastOperations.slice(0, 1),
  );
}

function begin(
  context: EffectContext,
  stack: StackRecord,
  kind: OperationKind,
  operation: Omit<OperationRecord, 'kind' | 'phase'>,
  change: Partial<StackRecord>,
  /** The operation that it undoes. */
  undone: StackRecord['lastOperations'] = [],
): BusyStack {
  const { started, provisions, operationType } = KINDS[kind];
  const { id: operationId } = operation;
  context.schedule(advanceStep, { uuid: stack.uuid, operationId });
  return changeStack(context, stack, {
    ...change,
    status: started,
    operation: { ...operation, kind, phase: provisions ? 'provision' : 'cleanup' },
    lastOperations: [{ OperationType: operationType, OperationId: operationId }, ...undone],
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
