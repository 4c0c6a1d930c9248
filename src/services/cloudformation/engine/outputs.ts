/** What a stack gives, worked out once its resources are there, and what of it others may import. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { exportConflict, putExports } from '../export/export.ts';
import { ServiceFailure, StackFailure } from '../resource-type/failure.ts';
import { outputsOf, type StackOutput, type StackRecord, stacks } from '../stack/stack.ts';
import { sealValue } from '../stack/vault.ts';
import { evaluate, type Resolver } from '../template/functions.ts';
import { isScalar, type Json } from '../template/json.ts';
import { requireOutputAttributes } from '../template/references.ts';
import { unknownIn, whyUnknown } from '../template/unknown-values.ts';
import { advance } from './advance.ts';
import { startCleanUp } from './clean-up.ts';
import { gatherInputs, resolverOf } from './goal.ts';
import { holdForParent, isHeldByParent } from './nested.ts';
import { callerFor } from './rights.ts';
import { resolveOutputsStep } from './start-operation.ts';

export const resolveOutputsWorkflow = workflow(resolveOutputsStep, cloudformation, async (ctx, step) => {
  const key = [ctx.account, ctx.region, step.uuid];
  const stack = await ctx.read((tx) => tx.get(stacks, key));
  if (stack?.operation?.id !== step.operationId) return undefined;
  const worked = await workOut(ctx, stack);
  return async (context) => {
    const now = await context.tx.get(stacks, key);
    if (now?.operation?.id !== step.operationId) return;
    const outputs = 'failure' in worked ? [] : worked.outputs;
    const failure = 'failure' in worked ? worked.failure : await exportConflict(context, now, outputs);
    if (failure !== undefined) {
      const stopped = { ...now, operation: { ...now.operation, stopReason: failure } };
      context.tx.put(stacks, stopped);
      return advance(context, stopped);
    }
    await putExports(context, now, outputs);
    const sealedOutputs = outputs.length > 0 ? sealValue(context, outputs) : undefined;
    if (isHeldByParent(now)) holdForParent(context, now, sealedOutputs);
    else await startCleanUp(context, now, { sealedOutputs });
  };
});

async function workOut(
  ctx: WorkflowContext,
  stack: StackRecord,
): Promise<{ outputs: StackOutput[] } | { failure: string }> {
  const { operation } = stack;
  if (!operation) throw new Error(`stack ${stack.name} has nothing to give`);
  try {
    const call = await callerFor(ctx, operation);
    const inputs = await gatherInputs(ctx, call, stack, ({ outputs }) => outputs as unknown as Json);
    const resolver = resolverOf(ctx, inputs);
    const before = outputsOf(ctx, stack);
    const outputs = Object.entries(inputs.instance.outputs).map(([key, { Value, Description, Export }]) => {
      requireOutputAttributes(inputs.instance.template, key, Value);
      return {
        key,
        value: knownValue(key, outputValue(key, Value, resolver), before),
        description: Description,
        exportName: Export && outputValue(key, Export.Name, resolver),
      };
    });
    return { outputs };
  } catch (failure) {
    if (failure instanceof StackFailure) return { failure: failure.message };
    const known = failure instanceof ServiceFailure ? failure.error : failure;
    if (known instanceof AwsError) return { failure: known.message };
    throw failure;
  }
}

/** What cannot be worked out of a real account's stack is what the account said that it is. */
function knownValue(key: string, value: string, before: readonly StackOutput[]): string {
  const unknown = unknownIn(value);
  if (unknown === undefined) return value;
  const read = before.find((output) => output.key === key)?.value;
  if (read !== undefined) return read;
  throw validationError(`Output ${key} cannot be worked out: it takes ${whyUnknown(unknown)}.`);
}

function outputValue(key: string, value: Json, resolver: Resolver): string {
  const evaluated = evaluate(value, resolver);
  if (typeof evaluated !== 'symbol' && isScalar(evaluated)) return String(evaluated);
  throw validationError(
    `Template format error: Output ${key} is malformed. The Value field of every Outputs member must evaluate to a String.`,
  );
}
