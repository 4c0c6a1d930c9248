/**
 * Works out what a template would change, for a stack that is there or one to be made, and keeps it to be executed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { CreateChangeSetInput, ResourceChange } from '../../../shapes/generated/cloudformation.ts';
import { cloudformation, notServed, validationError } from '../cloudformation.ts';
import { instanceOf } from '../engine/goal.ts';
import { newStack, requireRoomForStack, type StackGoal, type StackRecord, stackArn } from '../stack/stack.ts';
import {
  lackOfTemplate,
  passStackRoleCheck,
  possibleStackCheck,
  requireNewName,
  requireUpdatable,
} from '../stack/stack-check.ts';
import { changeStack } from '../stack/stack-event.ts';
import {
  callFor,
  NOTHING_REQUESTED,
  type Requested,
  readRequest,
  requestConditions,
  requestedGoal,
  taggingCheck,
} from '../stack/stack-request.ts';
import { currentRows, rowsOf } from '../stack/stack-resource.ts';
import { sealValue, type Vault } from '../stack/vault.ts';
import { isUnchanged, requireKept, requireSameTypes } from '../template/difference.ts';
import { type ChangeSetRecord, changeSetArn, changeSets, namedChangeSet } from './change-set.ts';
import { withValues } from './change-values.ts';
import { resourceChanges } from './changes.ts';
import { findExisting, findImports, type Imports, importChange, requireImport } from './imports.ts';

export default cloudformation.operation('CreateChangeSet', {
  unserved: ['DeploymentConfig.DisableRollback'],
  async checks(context, input) {
    const stack = await possibleStackCheck(context, 'CreateChangeSet', input.StackName, {
      ...requestConditions(input),
      'cloudformation:ChangeSetName': input.ChangeSetName,
      'cloudformation:ImportResourceTypes': input.ResourcesToImport?.map(({ ResourceType }) => ResourceType),
    });
    return {
      stack,
      tag: taggingCheck(stack, 'CreateChangeSet', input.Tags),
      passRole: passStackRoleCheck(context, input.RoleARN),
    };
  },
  async preconditions(context, input, { stack: { record } }) {
    requireServed(input);
    const lack = lackOfTemplate(record);
    if (lack) throw lack;
    targetOf(context, input, record);
    await (record ? repeated(context, record, input) : requireRoomForStack(context.tx, context));
  },
  async calls(ctx, input, { stack: { record } }): Promise<Asked> {
    const isDone = record && (await ctx.read((tx) => repeated({ tx }, record, input)));
    if (isDone) return NOTHING_REQUESTED;
    const target = targetOf(ctx, input, record);
    const roleArn = input.RoleARN ?? record?.roleArn;
    const requested = await readRequest(ctx, input, target, { roleArn });
    const isImport = input.ChangeSetType === 'IMPORT';
    if (!isImport && !input.ImportExistingResources) return requested;
    const templates = templatesOf(ctx, target, requestedGoal(ctx, input, target, requested));
    if (isImport) requireImport(input, target, templates);
    const call = await callFor(ctx, roleArn);
    const imports = isImport
      ? await findImports(ctx, call, target, input.ResourcesToImport ?? [])
      : await findExisting(ctx, call, target, templates);
    return { ...requested, imports };
  },
  async execute(context, input, { stack: { record } }, asked) {
    const before = record && (await repeated(context, record, input));
    if (before) return { Id: changeSetArn(before), StackId: before.stackId };
    const stack = targetOf(context, input, record);
    if (!record)
      changeStack(context, stack, { status: 'REVIEW_IN_PROGRESS', statusReason: 'User Initiated' });
    const changeSet = await newChangeSet(context, input, stack, asked);
    context.tx.put(changeSets, changeSet);
    return { Id: changeSetArn(changeSet), StackId: changeSet.stackId };
  },
  audit: { omit: ['TemplateBody', 'Parameters'] },
});

function requireServed(input: CreateChangeSetInput): void {
  if (input.ChangeSetType !== 'IMPORT' && input.ResourcesToImport?.length) {
    throw notServed('ResourcesToImport in a change set of another type than IMPORT');
  }
  if (input.DeploymentMode !== undefined) throw notServed('DeploymentMode');
}

/** The change set that the same token made. Throws where the name is taken by another. */
async function repeated(
  { tx }: Pick<ResolveContext, 'tx'>,
  stack: StackRecord,
  { ChangeSetName: name, ClientToken: token }: CreateChangeSetInput,
): Promise<ChangeSetRecord | undefined> {
  const taken = await namedChangeSet(tx, stack, name);
  if (!taken) return undefined;
  if (token !== undefined && taken.clientToken === token) return taken;
  throw new AwsError('AlreadyExistsException', `ChangeSet [${changeSetArn(taken)}] already exists`);
}

/** The stack that is to be changed or made. */
function targetOf(
  context: Parameters<typeof newStack>[0],
  { StackName: name, ChangeSetName: changeSet, ChangeSetType: type = 'UPDATE' }: CreateChangeSetInput,
  stack: StackRecord | undefined,
): StackRecord {
  const isMade = stack !== undefined && stack.status !== 'REVIEW_IN_PROGRESS';
  if (type === 'UPDATE' || (type === 'IMPORT' && isMade)) {
    if (!stack) throw validationError(`Stack [${name}] does not exist`);
    requireUpdatable(stack);
    return stack;
  }
  if (isMade) {
    throw validationError(
      `Stack [${name}] already exists and cannot be created again with the changeSet [${changeSet}].`,
    );
  }
  if (!stack && name.startsWith('arn:')) throw validationError(`Stack [${name}] does not exist`);
  if (stack) return stack;
  requireNewName(name);
  return newStack(context, name);
}

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** The stack's template with its parameters, as it is and as it would be. */
function templatesOf(vault: Vault, stack: StackRecord, goal: StackGoal) {
  return { before: stack.goal && instanceOf(vault, stack), after: instanceOf(vault, stack, goal) };
}

type Asked = Requested & { readonly imports?: Imports };

async function newChangeSet(
  context: ResolveContext,
  input: CreateChangeSetInput,
  stack: StackRecord,
  asked: Asked,
): Promise<ChangeSetRecord> {
  const goal = requestedGoal(context, input, stack, asked);
  const { imports = { found: [] } } = asked;
  const { type, changes, failure } = await outcomeOf(context, input, stack, goal, imports);
  return {
    account: context.account,
    region: context.region,
    uuid: uuid(context.entropy),
    name: input.ChangeSetName,
    stackUuid: stack.uuid,
    stackId: stackArn(stack),
    stackName: stack.name,
    type,
    createdAtMs: context.nowMs,
    description: input.Description,
    clientToken: input.ClientToken,
    ...(failure === undefined
      ? { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' }
      : { status: 'FAILED', statusReason: failure, executionStatus: 'UNAVAILABLE' }),
    goal,
    roleArn: input.RoleARN,
    onStackFailure: input.OnStackFailure,
    sealedChanges: sealValue(context, changes),
    importsExisting: input.ImportExistingResources ?? false,
    imports: 'found' in imports ? imports.found : [],
  };
}

interface Outcome extends Pick<ChangeSetRecord, 'type'> {
  readonly changes: readonly ResourceChange[];
  readonly failure?: string;
}

async function outcomeOf(
  context: ResolveContext,
  { ChangeSetType: asked }: CreateChangeSetInput,
  stack: StackRecord,
  goal: StackGoal,
  imports: Imports,
): Promise<Outcome> {
  const { before, after } = templatesOf(context, stack, goal);
  if (before) {
    requireSameTypes(before, after);
    requireKept(before, after);
  }
  const type = asked === 'IMPORT' ? asked : before ? 'UPDATE' : 'CREATE';
  if ('failure' in imports) return { type, changes: [], failure: imports.failure };
  if (type === 'IMPORT') return { type, changes: imports.found.map(importChange) };
  if (before && isUnchanged(before, after, stack.goal?.tags ?? [], goal.tags))
    return { type, changes: [], failure: NO_CHANGES };
  const known = { before, after, rows: currentRows(await rowsOf(context.tx, stack)) };
  const changes = withValues(context, known, resourceChanges(known)).map((change) => {
    const found = imports.found.find(({ logicalId }) => logicalId === change.LogicalResourceId);
    return found ? importChange(found) : change;
  });
  return { type, changes };
}
