/** What CreateStack, UpdateStack and CreateChangeSet ask for, checked. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, CallContext } from '../../../invoke/context.ts';
import type { Ports } from '../../../invoke/port.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { Pace } from '../../../platform/next-turn.ts';
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { DeploymentConfig, Parameter, Tag } from '../../../shapes/generated/cloudformation.ts';
import { notServed, SERVICE_NAME, validationError } from '../cloudformation.ts';
import { requireCapabilities } from '../template/capabilities.ts';
import { requireDecidable } from '../template/decidable.ts';
import type { Template } from '../template/definition.ts';
import { requireExistence } from '../template/existing-resources.ts';
import { instantiate, type TemplateInstance } from '../template/instance.ts';
import { parameterValues } from '../template/parameters.ts';
import { requireRules } from '../template/rules.ts';
import { prepareTemplate, readTemplate } from '../template/template.ts';
import { readTemplateUrl, type TemplateText } from '../template/template-url.ts';
import { parametersOf, type StackGoal, type StackRecord, stackArn } from './stack.ts';
import {
  NOTHING_STORED,
  readStoredParameters,
  readStoredReferences,
  type StoredValues,
} from './stored-values.ts';
import { sealValue, type Vault } from './vault.ts';

export interface StackRequest {
  /** Of a change set, which shows what macros made of a template before it is executed. */
  readonly ChangeSetName?: string;
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: readonly Parameter[];
  readonly Capabilities?: readonly string[];
  readonly ResourceTypes?: readonly string[];
  readonly Tags?: readonly Tag[];
  readonly RoleARN?: string;
  readonly StackPolicyURL?: string;
  readonly StackPolicyDuringUpdateURL?: string;
  readonly NotificationARNs?: readonly string[];
  readonly RollbackConfiguration?: {
    readonly MonitoringTimeInMinutes?: number;
    readonly RollbackTriggers?: readonly unknown[];
  };
  readonly DeploymentConfig?: DeploymentConfig;
}

/** The condition keys of the Service Authorization Reference for what makes or changes stacks. */
export const requestConditions = (input: StackRequest): ConditionValues => ({
  'cloudformation:TemplateUrl': input.TemplateURL,
  'cloudformation:ResourceTypes': input.ResourceTypes,
  'cloudformation:RoleArn': input.RoleARN,
  'cloudformation:StackPolicyUrl': input.StackPolicyURL ?? input.StackPolicyDuringUpdateURL,
  ...requestTagConditions(tagRecord(input.Tags)),
});

/** Tags that come with a request are a permission of their own. */
export function taggingCheck(
  stack: Check<StackRecord | undefined>,
  createAction: string,
  tags: readonly Tag[] | undefined,
): Check<null> | undefined {
  if (!tags || tags.length === 0) return undefined;
  const { resource, account } = stack;
  const conditions = () => ({
    ...requestTagConditions(tagRecord(tags)),
    'cloudformation:CreateAction': createAction,
  });
  return { action: 'cloudformation:TagResource', resource, account, record: null, conditions };
}

const MAX_TAGS = 50;
/** Of a template: what is looked through in some ten milliseconds. */
const CHARS_PER_TURN = 100_000;

type Target = Pick<StackRecord, 'account' | 'region' | 'name' | 'uuid' | 'goal'>;

/** What a request comes to, with what it took to read it. */
export interface Requested {
  readonly template: TemplateText;
  readonly stored: StoredValues;
}

/** Of a request that was carried out already. */
export const NOTHING_REQUESTED: Requested = { template: { body: '' }, stored: NOTHING_STORED };

/**
 * What takes calls: the template where it does not come with the request, whether the role can be assumed, whether what
 * parameters name exists, and what Parameter Store holds for the template. `parentPath` is where the template lies of
 * which the stack is a resource.
 */
export async function readRequest(
  ctx: CallContext,
  input: StackRequest,
  stack: Target,
  { roleArn, parentPath }: { readonly roleArn?: string; readonly parentPath?: string },
): Promise<Requested> {
  requireServed(input);
  const template = await requestedTemplate(ctx.ports, input, stack.goal, parentPath);
  await prepareTemplate(ctx, template.body, stack.goal?.kept);
  const declared = readTemplate(template.body, {}, stack.goal?.kept);
  const values = requestedParameters(ctx, input, stack, declared);
  const call = await callFor(ctx, roleArn);
  const parameters = await readStoredParameters(call, declared, values);
  const asked = { template, stored: { parameters, references: {} } };
  const { instance, template: read } = requestedInstance(ctx, input, stack, asked);
  const pace = new Pace(ctx.turns, CHARS_PER_TURN);
  await pace.next(template.body.length);
  requireAcceptable(input, instance);
  await pace.next(template.body.length);
  const exempt = ctx.ports.standInImages ? ['AWS::EC2::Image::Id'] : [];
  const meant = { ...values, ...parameters };
  await requireExistence(call, read, meant, exempt);
  await requireRules(call, instance, meant);
  return { template, stored: { parameters, references: await readStoredReferences(call, instance) } };
}

function requestedParameters(vault: Vault, input: StackRequest, { goal }: Target, declared: Template) {
  return parameterValues(declared, input.Parameters, goal ? parametersOf(vault, goal) : {});
}

function requestedInstance(vault: Vault, input: StackRequest, stack: Target, asked: Requested) {
  const { body } = asked.template;
  const kept = stack.goal?.kept;
  const values = requestedParameters(vault, input, stack, readTemplate(body, {}, kept));
  const meant = { ...values, ...asked.stored.parameters };
  const template = readTemplate(body, meant, kept);
  const { account, region, name } = stack;
  const identity = { account, region, stackName: name, stackId: stackArn(stack) };
  return { template, values, instance: instantiate(template, meant, identity, asked.stored.references) };
}

function requireAcceptable(input: StackRequest, instance: TemplateInstance): void {
  const { template } = instance;
  requireDecidable(instance);
  requireCapabilities(template, input.Capabilities, { isReviewed: input.ChangeSetName !== undefined });
  requireAllowedTypes(template, input.ResourceTypes);
}

/** What the stack is to be. Throws AWS's error where the template, or what is given for it, cannot be. */
export function requestedGoal(vault: Vault, input: StackRequest, stack: Target, asked: Requested): StackGoal {
  const { template, values, instance } = requestedInstance(vault, input, stack, asked);
  requireAcceptable(input, instance);
  const { stored } = asked;
  const isStored = [stored.parameters, stored.references].some((each) => Object.keys(each).length > 0);
  return {
    templateBody: asked.template.body,
    ...(asked.template.path !== undefined && { templatePath: asked.template.path }),
    ...(template.processed && { processedBody: JSON.stringify(template.processed) }),
    sealedParameters: sealValue(vault, values),
    ...(isStored && { sealedStored: sealValue(vault, stored) }),
    capabilities: [...(input.Capabilities ?? [])].sort(),
    tags: requestedTags(input.Tags) ?? stack.goal?.tags ?? [],
    kept: stack.goal?.kept,
    monitoringMinutes: input.RollbackConfiguration?.MonitoringTimeInMinutes ?? stack.goal?.monitoringMinutes,
  };
}

function requireServed(input: StackRequest): void {
  if (input.StackPolicyURL !== undefined) throw notServed('StackPolicyURL: there is no S3 here');
  if (input.StackPolicyDuringUpdateURL !== undefined) {
    throw notServed('StackPolicyDuringUpdateURL: there is no S3 here');
  }
  if (input.NotificationARNs?.length) throw notServed('NotificationARNs: there is no SNS here');
  if (input.RollbackConfiguration?.RollbackTriggers?.length) throw notServed('rollback triggers');
  requireStandard(input.DeploymentConfig);
}

/** STANDARD is what a deployment is when nothing is said. */
export function requireStandard(config: DeploymentConfig | undefined): void {
  const { Mode: mode = 'STANDARD' } = config ?? {};
  if (mode !== 'STANDARD') throw notServed(`DeploymentConfig.Mode ${mode}`);
}

/** From the request, the folder that stands for S3, or the stack as it is. */
export async function requestedTemplate(
  ports: Pick<Ports, 'templates'>,
  { TemplateBody: body, TemplateURL: url, UsePreviousTemplate: usesPrevious }: StackRequest,
  previous?: StackGoal,
  parentPath?: string,
): Promise<TemplateText> {
  if (usesPrevious && (body !== undefined || url !== undefined)) {
    throw validationError('You cannot specify both usePreviousTemplate and Template Body/Template URL.');
  }
  if (body !== undefined && url !== undefined) {
    throw validationError('You cannot specify both Template Body and Template URL.');
  }
  if (body !== undefined) return { body };
  if (url !== undefined) return readTemplateUrl(ports, url, parentPath);
  if (usesPrevious && previous) return { body: previous.templateBody, path: previous.templatePath };
  throw validationError('Either Template URL or Template Body must be specified.');
}

function requireAllowedTypes({ resources }: Template, allowed: readonly string[] | undefined): void {
  if (!allowed) return;
  for (const { Type: type } of Object.values(resources)) {
    const isAllowed = allowed.some(
      (pattern) => pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))),
    );
    if (isAllowed) continue;
    throw validationError(
      `Resource type ${type} is not allowed by parameter ResourceTypes [${allowed.join(', ')}]`,
    );
  }
}

function requestedTags(tags: readonly Tag[] | undefined): readonly Tag[] | undefined {
  if (!tags) return undefined;
  if (tags.some(({ Key }) => isReservedTag(Key))) {
    throw validationError('aws: prefixed tag key names are not allowed for external use.');
  }
  if (tags.length > MAX_TAGS) throw validationError(`At most ${MAX_TAGS} tags are allowed on a stack.`);
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw validationError('Duplicate tag keys are not allowed.');
  return tags.map(({ Key, Value }) => ({ Key, Value }));
}

/** With the rights of the stack's role, or of whoever asks. */
export async function callFor(ctx: CallContext, roleArn: string | undefined): Promise<Call> {
  if (roleArn === undefined) return ctx.call;
  try {
    const role = { roleArn, sessionName: 'AWSCloudFormation', service: SERVICE_NAME };
    return (await ctx.asRole(role)).call;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw error.saidAs(validationError(`Role ${roleArn} is invalid or cannot be assumed`));
  }
}
