/**
 * Begins to make a stack. It is made after the reply, with the rights of the role given or, without one, of the caller.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ExecuteContext } from '../../../invoke/context.ts';
import { MINUTE_MS } from '../../../platform/durations.ts';
import type { CreateStackInput } from '../../../shapes/generated/cloudformation.ts';
import { cloudformation, validationError } from '../cloudformation.ts';
import { timeOutStep } from '../engine/start-operation.ts';
import { asItsParent, asNested, type Parent, parentOf, placeIn, readParent } from './nested-stack.ts';
import { newStack, requireRoomForStack, type StackGoal, type StackRecord, stackArn } from './stack.ts';
import { passStackRoleCheck, possibleStackCheck, requireNewName } from './stack-check.ts';
import { requireStackPolicy } from './stack-policy.ts';
import {
  NOTHING_REQUESTED,
  readRequest,
  requestConditions,
  requestedGoal,
  taggingCheck,
} from './stack-request.ts';
import { startStack } from './start-stack.ts';

export default cloudformation.operation('CreateStack', {
  async checks(context, input) {
    requireNewName(input.StackName);
    const stack = await possibleStackCheck(context, 'CreateStack', input.StackName, requestConditions(input));
    return {
      stack,
      tag: taggingCheck(stack, 'CreateStack', input.Tags),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  async preconditions(context, input, { stack }) {
    const { record } = stack;
    if (record && isRepeated(record, input)) return;
    if (!record) await requireRoomForStack(context.tx, context);
    if (record && record.status !== 'REVIEW_IN_PROGRESS') {
      throw new AwsError('AlreadyExistsException', `Stack [${input.StackName}] already exists`);
    }
    if (input.OnFailure !== undefined && input.DisableRollback !== undefined) {
      throw validationError('You can specify either DisableRollback or OnFailure, but not both.');
    }
    requireStackPolicy(input.StackPolicyBody);
  },
  async calls(ctx, input, { stack: { record } }) {
    if (record && isRepeated(record, input)) return NOTHING_REQUESTED;
    const parent = await readParent(ctx, input.ClientRequestToken);
    const given = asNested(input, parent);
    return readRequest(ctx, given, newStack(ctx, input.StackName), {
      roleArn: given.RoleARN,
      parentPath: parent?.goal?.templatePath,
    });
  },
  async execute(context, input, { stack: { record } }, asked) {
    if (record && isRepeated(record, input)) return answer(record);
    const parent = await parentOf(context, input.ClientRequestToken);
    const given = asNested(input, parent);
    const stack = record ?? newStack(context, input.StackName);
    const goal = requestedGoal(context, given, stack, asked);
    return answer(start(context, given, stack, { goal, parent }));
  },
  audit: { omit: ['TemplateBody', 'Parameters'] },
});

const answer = (stack: StackRecord) => ({
  StackId: stackArn(stack),
  OperationId: stack.lastOperations[0]?.OperationId,
});

/** The same token names the same creation. */
const isRepeated = (
  { creationToken }: StackRecord,
  { ClientRequestToken: token }: CreateStackInput,
): boolean => token !== undefined && token === creationToken;

function start(
  context: ExecuteContext,
  input: CreateStackInput,
  stack: StackRecord,
  { goal, parent }: { readonly goal: StackGoal; readonly parent?: Parent },
): StackRecord {
  const { ClientRequestToken: clientRequestToken, TimeoutInMinutes: timeoutMinutes } = input;
  const started = startStack(context, stack, 'create', {
    goal,
    roleArn: input.RoleARN,
    clientRequestToken,
    onFailure: input.OnFailure ?? (input.DisableRollback ? 'DO_NOTHING' : 'ROLLBACK'),
    ...(parent && asItsParent(parent)),
    retainsExceptOnCreate: input.RetainExceptOnCreate,
    change: {
      timeoutMinutes,
      terminationProtection: input.EnableTerminationProtection ?? false,
      policyBody: input.StackPolicyBody,
      creationToken: clientRequestToken,
      ...placeIn(parent),
    },
  });
  if (timeoutMinutes !== undefined) {
    const step = { uuid: stack.uuid, operationId: started.operation.id };
    context.schedule(timeOutStep, step, { delayMs: timeoutMinutes * MINUTE_MS });
  }
  return started;
}
