/**
 * Stacks of real accounts: their templates, parameters, outputs and exports, resources and events. In a fork they go on
 * (settle-stacks.ts); elsewhere they are only looked at.
 */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, noteOrigin, timeOf } from '../../../invoke/imported/described.ts';
import { noteUnread } from '../../../invoke/imported/unread.ts';
import type { Stack, StackEvent, StackResourceSummary } from '../../../shapes/generated/cloudformation.ts';
import { exports } from '../export/export.ts';
import { type StackOutput, type StackRecord, stackArn, stacks } from '../stack/stack.ts';
import { eventStream, isOfStack, stackEvents } from '../stack/stack-event.ts';
import { type StackResourceRecord, stackResources } from '../stack/stack-resource.ts';
import type { ResourceStatus, StackStatus } from '../stack/stack-status.ts';
import { sealValue } from '../stack/vault.ts';
import { goalRead } from './goal-read.ts';

type Described = Omit<Stack, 'CreationTime' | 'DeletionTime' | 'LastUpdatedTime'> & {
  readonly DeletionTime?: unknown;
  readonly CreationTime?: unknown;
  readonly LastUpdatedTime?: unknown;
};
type DescribedResource = Omit<StackResourceSummary, 'LastUpdatedTimestamp'> & {
  readonly LastUpdatedTimestamp?: unknown;
};

export const LIST_RESOURCES = 'cloudformation:ListStackResources';
export const DESCRIBE_EVENTS = 'cloudformation:DescribeStackEvents';

export async function adoptStacks(adoption: Adoption): Promise<void> {
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) adoptRegion(adoption, { account, region });
  }
}

function adoptRegion(adoption: Adoption, scope: Scope): void {
  const operation = 'cloudformation:DescribeStacks';
  for (const described of entriesOf<Described>(adoption, operation, scope, 'Stacks')) {
    const name = described.StackId ?? described.StackName ?? '';
    const outputs = outputsOf(described);
    const stack = stackOf(adoption, scope, described, outputs);
    adoption.tx.put(stacks, stack);
    putExports(adoption, stack, outputs);
    const events = adoptEvents(adoption, stack, name);
    adoptResources(adoption, stack, name, events);
    for (const operation of [LIST_RESOURCES, DESCRIBE_EVENTS])
      noteUnread(adoption, operation, scope, stackArn(stack), { StackName: name });
    const [answer] = adoption.described.of(operation, scope) ?? [];
    if (answer) noteOrigin(adoption, stackArn(stack), operation, answer);
  }
}

function stackOf(
  adoption: Adoption,
  scope: Scope,
  described: Described,
  outputs: readonly StackOutput[],
): StackRecord {
  const { StackName: name = '', StackId = '' } = described;
  const answer = (operation: string, input: object = {}) =>
    adoption.described.get(`cloudformation:${operation}`, scope, { StackName: StackId || name, ...input });
  const stack: StackRecord = {
    ...scope,
    name,
    uuid: parseArn(StackId)?.resource.split('/').at(-1) ?? name,
    createdAtMs: timeOf(described.CreationTime),
    ...(described.LastUpdatedTime !== undefined && { updatedAtMs: timeOf(described.LastUpdatedTime) }),
    ...(described.DeletionTime !== undefined && { deletedAtMs: timeOf(described.DeletionTime) }),
    status: described.StackStatus as StackStatus,
    statusReason: described.StackStatusReason,
    parentArn: described.ParentId,
    rootArn: described.RootId,
    roleArn: described.RoleARN,
    disableRollback: described.DisableRollback ?? false,
    timeoutMinutes: described.TimeoutInMinutes,
    terminationProtection: described.EnableTerminationProtection ?? false,
    policyBody: answer('GetStackPolicy')?.output?.StackPolicyBody as string | undefined,
    changeSetId: described.ChangeSetId,
    ...(outputs.length > 0 && { sealedOutputs: sealValue(adoption, outputs) }),
    lastOperations: (described.LastOperations ?? []).map(({ OperationType = '', OperationId = '' }) => ({
      OperationType,
      OperationId,
    })),
  };
  const template = answer('GetTemplate', { TemplateStage: 'Original' });
  const { goal, lack } = goalRead(adoption, stack, described, template);
  const templateBody = template?.output?.TemplateBody;
  const { Parameters: parameters, RollbackConfiguration: rollback } = described;
  return {
    ...stack,
    goal,
    adopted: {
      lack,
      ...(!goal && typeof templateBody === 'string' && { templateBody }),
      description: described.Description,
      capabilities: described.Capabilities ?? [],
      tags: described.Tags ?? [],
      ...(parameters && { sealedParameters: sealValue(adoption, parameters) }),
      notificationArns: described.NotificationARNs ?? [],
      ...(rollback?.RollbackTriggers?.length && { rollback }),
    },
  };
}

const outputsOf = ({ Outputs: outputs = [] }: Described): StackOutput[] =>
  outputs.map(({ OutputKey: key = '', OutputValue: value = '', Description, ExportName }) => ({
    key,
    value,
    description: Description,
    exportName: ExportName,
  }));

function putExports(adoption: Adoption, stack: StackRecord, outputs: readonly StackOutput[]): void {
  const { account, region, uuid: stackUuid } = stack;
  for (const { exportName: name, value } of outputs) {
    if (name === undefined) continue;
    const sealedValue = sealValue(adoption, value);
    adoption.tx.put(exports, { account, region, name, sealedValue, stackUuid, stackId: stackArn(stack) });
  }
}

/** `events`: the newest first. They tell of the resources that changed, where nobody has listed all. */
function adoptResources(
  { tx, described }: Adoption,
  stack: StackRecord,
  StackName: string,
  events: readonly StackEvent[],
): void {
  const { account, region, uuid: stackUuid } = stack;
  const answer = described.get(LIST_RESOURCES, stack, { StackName });
  const listed = answer?.output?.StackResourceSummaries as readonly DescribedResource[] | undefined;
  for (const each of listed ?? resourcesIn(events)) {
    const row: StackResourceRecord = {
      account,
      region,
      stackUuid,
      logicalId: each.LogicalResourceId ?? '',
      generation: 0,
      type: each.ResourceType ?? '',
      role: 'current',
      physicalId: each.PhysicalResourceId || undefined,
      status: each.ResourceStatus as ResourceStatus,
      statusReason: each.ResourceStatusReason,
      changedAtMs: timeOf(each.LastUpdatedTimestamp),
      definition: { dependsOn: [] },
      importedNames: [],
    };
    tx.put(stackResources, row);
  }
}

function resourcesIn(events: readonly StackEvent[]): DescribedResource[] {
  const ofResources = events.filter((event) => !isOfStack(event)).toReversed();
  const latest = new Map(ofResources.map((event) => [event.LogicalResourceId, event]));
  return [...latest.values()]
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .map((event) => ({ ...event, LastUpdatedTimestamp: event.Timestamp }) as DescribedResource);
}

/** AWS lists the newest first, and the log takes the oldest. */
function adoptEvents(
  { tx, described }: Adoption,
  stack: StackRecord,
  StackName: string,
): readonly StackEvent[] {
  const answer = described.get(DESCRIBE_EVENTS, stack, { StackName });
  const events = (answer?.output?.StackEvents as readonly StackEvent[] | undefined) ?? [];
  for (const event of [...events].reverse()) {
    const atMs = timeOf(event.Timestamp);
    const body = { event: { ...event, Timestamp: atMs } };
    tx.append(stackEvents, { stream: eventStream(stack), atMs, labels: {}, body });
  }
  return events;
}
