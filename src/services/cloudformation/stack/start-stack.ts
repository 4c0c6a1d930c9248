/** The creation or update of a stack begins, or an import into it, asked for at once or by a change set. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { OperationRecord } from '../engine/operation.ts';
import { type BusyStack, startOperation } from '../engine/start-operation.ts';
import type { StackGoal, StackRecord } from './stack.ts';

export interface Start {
  readonly goal: StackGoal;
  readonly roleArn?: string;
  readonly clientRequestToken?: string;
  readonly onFailure?: OperationRecord['onFailure'];
  readonly retainsExceptOnCreate?: boolean;
  readonly isNested?: boolean;
  /** For this update alone. */
  readonly policyDuringUpdate?: string;
  /** What else becomes of the stack. */
  readonly change?: Partial<StackRecord>;
}

export function startStack(
  context: ExecuteContext,
  stack: StackRecord,
  kind: 'create' | 'update' | 'import',
  start: Start,
): BusyStack {
  const {
    goal,
    clientRequestToken,
    onFailure = 'ROLLBACK',
    retainsExceptOnCreate,
    isNested,
    policyDuringUpdate: policyBody,
  } = start;
  const asked = { clientRequestToken, onFailure, retainsExceptOnCreate, isNested, policyBody };
  return startOperation(context, stack, kind, asked, {
    goal,
    disableRollback: onFailure === 'DO_NOTHING',
    ...(kind !== 'create' && { previousGoal: stack.goal, updatedAtMs: context.nowMs }),
    ...(start.roleArn !== undefined && { roleArn: start.roleArn }),
    ...start.change,
  });
}
