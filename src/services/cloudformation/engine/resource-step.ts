/**
 * The work on one resource, stage by stage, each committed before the next begins: `decide` what its properties come
 * to and what that means, `call` the type's handler, `stabilize` until it is ready.
 */
import type { WorkContext, WorkflowContext } from '../../../invoke/context.ts';
import { type StepEffect, workflow } from '../../../invoke/workflow.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { cloudformation } from '../cloudformation.ts';
import { internalFailure, statusReason } from '../resource-type/failure.ts';
import { stacks } from '../stack/stack.ts';
import { type ResourceAction, stackResources } from '../stack/stack-resource.ts';
import { type ResourceStep, resourceStep } from './action.ts';
import { advance } from './advance.ts';
import { call } from './call-stage.ts';
import { decide } from './decide-stage.ts';
import { callerFor } from './rights.ts';
import { awaitSignals } from './signals.ts';
import { stabilize } from './stabilize-stage.ts';
import { failed, type StageEffect, type StageWork } from './stage.ts';

/** With the pauses between them, half a minute. */
const MAX_ATTEMPTS = 5;

const STAGES: Readonly<Record<ResourceAction['stage'], (work: StageWork) => Promise<StageEffect>>> = {
  decide,
  call,
  stabilize,
  signals: awaitSignals,
};

export const resourceStepWorkflow = workflow(
  resourceStep,
  cloudformation,
  async (ctx, step): Promise<StepEffect | undefined> => {
    const found = await ctx.read((tx) => find(tx, ctx, step));
    if (!found) return undefined;
    const effect = await runStage(ctx, found);
    return async (context) => {
      const now = await find(context.tx, context, step);
      if (!now) return;
      await advance(context, effect(context, now.stack, now.row) || now.stack);
    };
  },
);

async function runStage(ctx: WorkflowContext, found: Omit<StageWork, 'ctx' | 'call'>): Promise<StageEffect> {
  const { stack, action } = found;
  try {
    if (!stack.operation) throw new Error(`stack ${stack.name} has nothing under way`);
    const caller = await callerFor(ctx, stack.operation);
    return await STAGES[action.stage]({ ...found, ctx, call: caller });
  } catch (failure) {
    const reason = statusReason(failure, action.id);
    if (reason !== undefined) return failed(reason);
    if (ctx.attempts < MAX_ATTEMPTS) throw failure;
    // What never succeeds fails its stack, rather than being tried for ever.
    return failed(internalFailure(action.id));
  }
}

async function find(
  tx: ReadTransaction,
  { account, region }: WorkContext,
  step: ResourceStep,
): Promise<Omit<StageWork, 'ctx' | 'call'> | undefined> {
  const stack = await tx.get(stacks, [account, region, step.uuid]);
  const row = await tx.get(stackResources, [account, region, step.uuid, step.logicalId, step.generation]);
  if (!stack?.operation || row?.action?.id !== step.actionId) return undefined;
  return { stack, row, action: row.action };
}
