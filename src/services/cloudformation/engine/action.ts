/** Work on one resource: how it is begun, and what its failures are called. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { StackRecord } from '../stack/stack.ts';
import { type ResourceAction, type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';

/** Does it (resource-step.ts). */
export const resourceStep = workflowRef<ResourceStep>('cloudformation.stack-resource.step');

export interface ResourceStep {
  readonly uuid: string;
  readonly logicalId: string;
  readonly generation: number;
  readonly actionId: string;
}

export function beginAction(
  context: EffectContext,
  row: StackResourceRecord,
  action: Pick<ResourceAction, 'kind' | 'verb' | 'stage' | 'sealedGoal'>,
): void {
  const begun: StackResourceRecord = {
    ...row,
    signals: undefined,
    action: { ...action, id: uuid(context.entropy), polls: 0, startedAtMs: context.nowMs },
  };
  context.tx.put(stackResources, begun);
  scheduleStep(context, begun, 0);
}

export function scheduleStep(context: EffectContext, row: StackResourceRecord, delayMs: number): void {
  const { stackUuid, logicalId, generation, action } = row;
  if (!action) throw new Error(`nothing is done to ${logicalId}`);
  const step: ResourceStep = { uuid: stackUuid, logicalId, generation, actionId: action.id };
  context.schedule(resourceStep, step, { delayMs });
}

/** The rows at which an operation failed. */
export const failures = (
  rows: readonly StackResourceRecord[],
  operationId: string,
): readonly StackResourceRecord[] =>
  rows.filter(({ status, doneIn }) => status?.endsWith('_FAILED') && doneIn === operationId);

/** Whether a handler said that it is not done, and is asked again later. */
export const isWaiting = ({ kind, stage, polls }: ResourceAction): boolean =>
  kind === 'provision' && stage === 'call' && polls > 0;

/** Whether an operation goes no further. */
export const isFailing = ({ operation }: StackRecord, rows: readonly StackResourceRecord[]): boolean =>
  operation !== undefined && (operation.stopReason !== undefined || failures(rows, operation.id).length > 0);

export const CANCELLED = {
  CREATE: 'Resource creation cancelled',
  UPDATE: 'Resource update cancelled',
  DELETE: 'Resource deletion cancelled',
  IMPORT: 'Resource import cancelled',
};

/** How the reason begins of a resource whose properties the type's schema refuses. */
export const INVALID_PROPERTIES = 'Properties validation failed for resource';

/** `The following resource(s) failed to create: [A, B]. ` with a space at its end. */
export function failureReason(failed: readonly StackResourceRecord[]): string {
  const named = (rows: readonly StackResourceRecord[]) => rows.map(({ logicalId }) => logicalId).join(', ');
  const invalid = failed.filter(({ statusReason }) => statusReason?.startsWith(INVALID_PROPERTIES));
  if (invalid.length > 0) return `Validation failed for following resources: [${named(invalid)}]. `;
  const parts = (['create', 'update', 'import', 'delete'] as const).map((verb) => {
    const rows = failed.filter(({ status }) => status === `${verb.toUpperCase()}_FAILED`);
    return rows.length > 0 ? `The following resource(s) failed to ${verb}: [${named(rows)}]. ` : '';
  });
  return parts.join('');
}
