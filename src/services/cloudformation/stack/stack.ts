/** A stack: what it is to be, how far it is, and what is being done to it. */
import { formatArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { WorkContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type {
  Parameter,
  RollbackConfiguration,
  Stack,
  Tag,
} from '../../../shapes/generated/cloudformation.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { OperationRecord } from '../engine/operation.ts';
import type { KeptByName, Template } from '../template/definition.ts';
import { isHidden, type ParameterValues } from '../template/parameters.ts';
import { readTemplate } from '../template/template.ts';
import type { StackStatus } from './stack-status.ts';
import { NOTHING_STORED, type StoredValues } from './stored-values.ts';
import { openValue, type Vault } from './vault.ts';

/** What a stack is to be: everything that an update may change and its rollback changes back. */
export interface StackGoal {
  readonly templateBody: string;
  /** Where it lies in the folder of templates, where it was read from there. */
  readonly templatePath?: string;
  /** What its macros made of it, with the parameters of the time; absent where it has none. */
  readonly processedBody?: string;
  /** ParameterValues. */
  readonly sealedParameters: string;
  /** StoredValues; absent where the template takes none. */
  readonly sealedStored?: string;
  readonly capabilities: readonly string[];
  readonly tags: readonly Tag[];
  /** For rollback triggers, of which there are none: kept to be shown. */
  readonly monitoringMinutes?: number;
  /** Of a real account's stack. */
  readonly kept?: KeptByName;
}

/** Of a stack that was read from a real account: what is only shown, and what there is where it has no goal. */
export interface AdoptedStack extends Pick<StackGoal, 'capabilities' | 'tags'> {
  /** Why it cannot be changed here; absent where it can. */
  readonly lack?: string;
  /** Of a template that no goal can be made of. */
  readonly templateBody?: string;
  readonly description?: string;
  /** Parameter[]. */
  readonly sealedParameters?: string;
  readonly notificationArns: readonly string[];
  readonly rollback?: RollbackConfiguration;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

export interface StackRecord {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** The last part of the stack's ARN, which stays when another stack takes the name. */
  readonly uuid: string;
  readonly createdAtMs: number;
  readonly updatedAtMs?: number;
  readonly deletedAtMs?: number;
  readonly status: StackStatus;
  readonly statusReason?: string;
  /** Absent until the first change set is executed. */
  readonly goal?: StackGoal;
  readonly adopted?: AdoptedStack;
  /** What the stack was before the update that is under way, or whose rollback failed. */
  readonly previousGoal?: StackGoal;
  /** StackOutput[]. */
  readonly sealedOutputs?: string;
  /** Of the stack of which this one is a resource, and of the one above all of them. */
  readonly parentArn?: string;
  readonly rootArn?: string;
  /** Why the last operation that failed did. */
  readonly failureReason?: string;
  readonly roleArn?: string;
  readonly disableRollback: boolean;
  readonly timeoutMinutes?: number;
  readonly terminationProtection: boolean;
  readonly policyBody?: string;
  /** The ClientRequestTokens of the creation and of the last update: a token that is used again asks for nothing new. */
  readonly creationToken?: string;
  readonly updateToken?: string;
  /** Of the change set that was executed last. */
  readonly changeSetId?: string;
  readonly operation?: OperationRecord;
  readonly lastOperations: readonly { readonly OperationType: string; readonly OperationId: string }[];
}

export const stacks = table<StackRecord>()({
  name: 'cloudformation.stacks',
  key: ({ account, region, uuid }) => [account, region, uuid],
  indexes: {
    /** Of the stacks that are there, not those that are deleted. */
    name: ({ account, region, name, status }) =>
      status === 'DELETE_COMPLETE' ? [] : [[account, region, name]],
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_STACKS = 2000;

/** Throws where there may be no more stacks. */
export async function requireRoomForStack(tx: ReadTransaction, { account, region }: Scope): Promise<void> {
  const there = await tx.find(stacks, 'name', { prefix: [account, region], limit: MAX_STACKS });
  if (there.length < MAX_STACKS) return;
  throw new AwsError('LimitExceededException', 'Limit for stack has been exceeded');
}

export function newStack(
  { account, region, nowMs, entropy }: Pick<WorkContext, 'account' | 'region' | 'nowMs' | 'entropy'>,
  name: string,
): StackRecord {
  return {
    account,
    region,
    name,
    uuid: uuid(entropy),
    createdAtMs: nowMs,
    status: 'REVIEW_IN_PROGRESS',
    disableRollback: false,
    terminationProtection: false,
    lastOperations: [],
  };
}

/**
 * Throws for a token that its creation had, or its last update unless that is asked for again
 * (https://github.com/banzaicloud/pipeline/issues/3016).
 */
export function requireNewToken(
  { creationToken, updateToken }: StackRecord,
  token: string | undefined,
  { isUpdate = false } = {},
): void {
  if (token === undefined || (token !== creationToken && (isUpdate || token !== updateToken))) return;
  throw new AwsError(
    'TokenAlreadyExistsException',
    `The client request token ${token} has already been used for this stack. Retry the request with a different client ` +
      'request token',
  );
}

/** The place of a stack in listings, oldest first. */
export const byAge = ({ createdAtMs, uuid }: StackRecord) => [createdAtMs, uuid];

export const stackArn = ({
  account,
  region,
  name,
  uuid,
}: Scope & Pick<StackRecord, 'name' | 'uuid'>): string =>
  formatArn({ service: 'cloudformation', region, account, resource: `stack/${name}/${uuid}` });

/** By name, or by ARN, which finds deleted stacks too. */
export async function findStack(
  tx: ReadTransaction,
  { account, region }: Scope,
  nameOrId: string,
): Promise<StackRecord | undefined> {
  const arn = /^arn:[^:]+:cloudformation:([^:]*):(\d{12}):stack\/([^/]+)\/([^/]+)$/.exec(nameOrId);
  if (arn) {
    const [, arnRegion, arnAccount, name, uuid] = arn as unknown as [string, string, string, string, string];
    if (arnAccount !== account || arnRegion !== region) return undefined;
    const stack = await tx.get(stacks, [account, region, uuid]);
    return stack?.name === name ? stack : undefined;
  }
  const [stack] = await tx.find(stacks, 'name', { prefix: [account, region, nameOrId], limit: 1 });
  return stack;
}

const parsed = new WeakMap<StackGoal, Template>();

/** The template of a goal, which was valid when it was accepted. */
export function templateOf(goal: StackGoal): Template {
  const known = parsed.get(goal) ?? readTemplate(goal.processedBody ?? goal.templateBody, {}, goal.kept);
  parsed.set(goal, known);
  return known;
}

export const parametersOf = (vault: Vault, goal: StackGoal): ParameterValues =>
  openValue(vault, goal.sealedParameters) ?? {};

export const storedOf = (vault: Vault, goal: StackGoal): StoredValues =>
  openValue(vault, goal.sealedStored) ?? NOTHING_STORED;

export const outputsOf = (vault: Vault, stack: StackRecord): readonly StackOutput[] =>
  openValue(vault, stack.sealedOutputs) ?? [];

export const rollbackConfiguration = (goal: StackGoal | undefined): RollbackConfiguration => ({
  MonitoringTimeInMinutes: goal?.monitoringMinutes,
});

export function showStack(vault: Vault, stack: StackRecord): Stack {
  const { goal, adopted } = stack;
  const { description } = goal ? templateOf(goal) : (adopted ?? {});
  const { capabilities = [], tags = [] } = goal ?? adopted ?? {};
  const parameters = goal
    ? shownParameters(vault, goal)
    : (openValue<Parameter[]>(vault, adopted?.sealedParameters) ?? []);
  const outputs = outputsOf(vault, stack);
  const isDeleted = stack.status === 'DELETE_COMPLETE';
  return {
    StackId: stackArn(stack),
    StackName: stack.name,
    ChangeSetId: isDeleted ? undefined : stack.changeSetId,
    Description: description,
    Parameters: parameters.length > 0 ? parameters : undefined,
    CreationTime: stack.createdAtMs,
    DeletionTime: stack.deletedAtMs,
    LastUpdatedTime: stack.updatedAtMs,
    RollbackConfiguration: adopted?.rollback ?? rollbackConfiguration(goal),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...(adopted?.notificationArns ?? [])],
    TimeoutInMinutes: stack.timeoutMinutes,
    Capabilities: capabilities.length > 0 ? [...capabilities] : undefined,
    Outputs:
      outputs.length > 0
        ? outputs.map(({ key, value, description, exportName }) => ({
            OutputKey: key,
            OutputValue: value,
            Description: description,
            ExportName: exportName,
          }))
        : undefined,
    RoleARN: stack.roleArn,
    Tags: [...tags],
    EnableTerminationProtection: isDeleted ? undefined : stack.terminationProtection,
    ParentId: stack.parentArn,
    RootId: stack.rootArn,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
    LastOperations: stack.lastOperations.length > 0 ? [...stack.lastOperations] : undefined,
  };
}

export function shownParameters(vault: Vault, goal: StackGoal) {
  const { parameters } = templateOf(goal);
  const stored = storedOf(vault, goal).parameters;
  return Object.entries(parametersOf(vault, goal)).map(([ParameterKey, value]) => {
    const declaration = parameters[ParameterKey];
    const shown = (text: string | undefined) =>
      text !== undefined && declaration && isHidden(declaration) ? '****' : text;
    return { ParameterKey, ParameterValue: shown(value), ResolvedValue: shown(stored[ParameterKey]) };
  });
}
