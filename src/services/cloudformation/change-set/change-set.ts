/** A change set: what a stack would become, and what would have to be done for it. */
import { formatArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { ChangeSetSummary } from '../../../shapes/generated/cloudformation.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { validationError } from '../cloudformation.ts';
import type { OperationRecord } from '../engine/operation.ts';
import { findStack, type StackGoal, type StackRecord, stacks } from '../stack/stack.ts';
import { stackCheck } from '../stack/stack-check.ts';
import type { FoundImport } from './imports.ts';

export interface ChangeSetRecord {
  readonly account: string;
  readonly region: string;
  readonly uuid: string;
  readonly name: string;
  readonly stackUuid: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  readonly createdAtMs: number;
  readonly description?: string;
  readonly clientToken?: string;
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly statusReason?: string;
  readonly executionStatus: 'AVAILABLE' | 'UNAVAILABLE' | 'OBSOLETE' | 'EXECUTE_IN_PROGRESS';
  readonly goal: StackGoal;
  readonly roleArn?: string;
  readonly onStackFailure?: OperationRecord['onFailure'];
  /** ResourceChange[], with the values before and after. */
  readonly sealedChanges: string;
  readonly importsExisting: boolean;
  /** What it brings into the stack. */
  readonly imports?: readonly FoundImport[];
}

export const changeSets = table<ChangeSetRecord>()({
  name: 'cloudformation.change-sets',
  key: ({ account, region, uuid }) => [account, region, uuid],
  indexes: { stack: ({ account, region, stackUuid }) => [[account, region, stackUuid]] },
});

export const changeSetArn = ({ account, region, name, uuid }: ChangeSetRecord): string =>
  formatArn({ service: 'cloudformation', region, account, resource: `changeSet/${name}/${uuid}` });

export const changeSetsOf = (tx: ReadTransaction, { account, region, uuid }: StackRecord) =>
  tx.find(changeSets, 'stack', { prefix: [account, region, uuid] });

const ARN = /^arn:[^:]+:cloudformation:[^:]*:\d{12}:changeSet\/([^/]+)\/([^/]+)$/;

const notFound = (name: string) =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${name}] does not exist`, 404);

/** An executed change set is found by its ARN alone: its name is free. */
export const namedChangeSet = async (tx: ReadTransaction, stack: StackRecord, name: string) =>
  (await changeSetsOf(tx, stack)).find(
    (each) => each.name === name && each.executionStatus !== 'EXECUTE_IN_PROGRESS',
  );

/** By ARN, or by its name and that of its stack. Throws AWS's error where it is not there. */
async function findChangeSet(
  context: Pick<ResolveContext, 'tx' | 'account' | 'region'>,
  nameOrId: string,
  stackName: string | undefined,
): Promise<ChangeSetRecord> {
  const { tx, account, region } = context;
  const arn = ARN.exec(nameOrId);
  if (arn) {
    const found = await tx.get(changeSets, [account, region, arn[2] as string]);
    if (found && found.name === arn[1]) return found;
    throw notFound(nameOrId);
  }
  if (stackName === undefined) {
    throw validationError('StackName is a required parameter.');
  }
  const stack = await findStack(tx, context, stackName);
  if (!stack) throw validationError(`Stack [${stackName}] does not exist`);
  const found = await namedChangeSet(tx, stack, nameOrId);
  if (!found) throw notFound(nameOrId);
  return found;
}

/** The check on the stack of a change set; that a change set is missing is said only to whom the stack may be described. */
export async function changeSetCheck(
  context: ResolveContext,
  action: string,
  { ChangeSetName: name, StackName: stackName }: { ChangeSetName: string; StackName?: string },
): Promise<Check<ChangeSetRecord>> {
  const conditions = { 'cloudformation:ChangeSetName': ARN.exec(name)?.[1] ?? name };
  const found = await findChangeSet(context, name, stackName).catch((error: AwsError) => error);
  const nameOfStack = found instanceof AwsError ? stackName : found.stackId;
  if (nameOfStack === undefined) throw found;
  const stack = await stackCheck(context, action, nameOfStack, conditions);
  if (found instanceof AwsError) return { ...stack, record: undefined, missing: found };
  return stack.missing ? stack : { ...stack, record: found };
}

/** An execution lasts as long as the operation that it began. */
export async function executionStatus(
  { tx }: Pick<ResolveContext, 'tx'>,
  { executionStatus: status, account, region, stackUuid }: ChangeSetRecord,
): Promise<string> {
  if (status !== 'EXECUTE_IN_PROGRESS') return status;
  const stack = await tx.get(stacks, [account, region, stackUuid]);
  if (stack?.operation) return status;
  return /ROLLBACK|FAILED/.test(stack?.status ?? '') ? 'EXECUTE_FAILED' : 'EXECUTE_COMPLETE';
}

export async function summarizeChangeSet(
  context: Pick<ResolveContext, 'tx'>,
  changeSet: ChangeSetRecord,
): Promise<ChangeSetSummary> {
  return {
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    ChangeSetId: changeSetArn(changeSet),
    ChangeSetName: changeSet.name,
    ExecutionStatus: await executionStatus(context, changeSet),
    Status: changeSet.status,
    StatusReason: changeSet.statusReason,
    CreationTime: changeSet.createdAtMs,
    Description: changeSet.description,
    IncludeNestedStacks: false,
    ImportExistingResources: changeSet.importsExisting || undefined,
  };
}
