/**
 * Resources that a change set brings into a stack: which may be, and whether there are any such
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html, aws-facts H38).
 */
import type { Call, CallContext } from '../../../invoke/context.ts';
import type {
  CreateChangeSetInput,
  ResourceChange,
  ResourceToImport,
} from '../../../shapes/generated/cloudformation.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { notServed, validationError } from '../cloudformation.ts';
import { ofHandlers } from '../engine/rights.ts';
import { isNotFound, ServiceFailure, serviceSays } from '../resource-type/failure.ts';
import { type Importable, importableOf } from '../resource-type/importable.ts';
import { type StackRecord, stackArn, stacks } from '../stack/stack.ts';
import { stackResources } from '../stack/stack-resource.ts';
import { isRewritten } from '../template/difference.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { type Json, sameValue } from '../template/json.ts';

/** One that there is, and that is no stack's. */
export interface FoundImport {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

export type Imports = { readonly found: readonly FoundImport[] } | { readonly failure: string };

interface Templates {
  readonly before: TemplateInstance | undefined;
  readonly after: TemplateInstance;
}

/** Throws what AWS refuses such a change set for; whether there are such resources is not looked at. */
export function requireImport(
  input: CreateChangeSetInput,
  stack: Pick<StackRecord, 'goal' | 'roleArn'>,
  templates: Templates,
): void {
  const { ResourcesToImport: listed = [] } = input;
  if (listed.length === 0) throw validationError('Must Provide at least one resource to import');
  requireEntries(listed, templates.after);
  requireAllAndOnly(
    listed.map(({ LogicalResourceId }) => LogicalResourceId),
    templates,
  );
  requireNothingElse(input, stack, templates);
}

function requireEntries(listed: readonly ResourceToImport[], { resources }: TemplateInstance): void {
  const ids = listed.map(({ LogicalResourceId }) => LogicalResourceId);
  if (new Set(ids).size < ids.length)
    throw validationError('Every resource to import must have unique LogicalResourceId');
  const missing = ids.filter((id) => !Object.hasOwn(resources, id));
  if (missing.length > 0) {
    throw validationError(
      `The logical resource ids [${missing.join(', ')}] provided in ResourceToImport do not exist in the template.`,
    );
  }
  for (const { ResourceType: type, ResourceIdentifier: given } of listed) {
    const { identifier } = requireImportable(type);
    if (sameValue(Object.keys(given), [identifier])) continue;
    throw validationError(`Invalid resource identifier for resource type ${type}. Expected [${identifier}]`);
  }
  for (const { LogicalResourceId: id, ResourceType: type } of listed) {
    const declared = resources[id]?.Type;
    if (declared === type) continue;
    throw validationError(
      `Resource type of [${id}] passed in ResourceToImport does not match with resource type defined in the template. ` +
        `Resource type in ResourceToImport: ${type}; Resource type in Template: ${declared}.`,
    );
  }
}

function requireImportable(type: string): Importable {
  const importable = importableOf(type);
  if (!importable) throw notServed(`the import of resources of type ${type}`);
  return importable;
}

/** What is new in the template is what is imported; what the stack has already stays as it is. */
function requireAllAndOnly(ids: readonly string[], { before, after }: Templates): void {
  const isHeld = (id: string) => before !== undefined && Object.hasOwn(before.resources, id);
  const added = Object.keys(after.resources).filter((id) => !isHeld(id));
  if (added.length === 0)
    throw validationError('The template should contain at least one new resource to import.');
  const held = ids.filter(isHeld);
  if (held.length > 0) {
    throw validationError(
      `Resources [${held.join(', ')}] passed in ResourceToImport are already in a stack and cannot be imported.`,
    );
  }
  const unlisted = added.filter((id) => !ids.includes(id));
  if (unlisted.length > 0)
    throw validationError(`Resources [${unlisted.join(', ')}] is missing from ResourceToImport list`);
  const changed = before ? Object.keys(before.resources).filter((id) => isRewritten(before, after, id)) : [];
  if (changed.length > 0) {
    throw validationError(
      `You have modified resources [${changed.join(', ')}] in your template that are not being imported. ` +
        'Update, create or delete operations cannot be executed during import operations.',
    );
  }
  const unprotected = ids.filter((id) => after.resources[id]?.DeletionPolicy === undefined);
  if (unprotected.length === 0) return;
  throw validationError(
    `The following resources to import [${unprotected.join(', ')}] must have DeletionPolicy attribute specified in the ` +
      'template.',
  );
}

function requireNothingElse(
  { RoleARN, Tags }: CreateChangeSetInput,
  { goal, roleArn }: Pick<StackRecord, 'goal' | 'roleArn'>,
  { before, after }: Templates,
): void {
  const isOther = (from: unknown, to: unknown) => to !== undefined && !sameValue(from as Json, to as Json);
  const changed = [
    ...(isOther(before?.outputs ?? {}, after.outputs) ? ['Outputs'] : []),
    ...(before && isOther(roleArn, RoleARN) ? ['RoleArn'] : []),
    ...(before && isOther(goal?.tags, Tags) ? ['Tags'] : []),
  ];
  if (changed.length === 0) return;
  throw validationError(`As part of the import operation, you cannot modify or add [${changed.join(', ')}]`);
}

/** Looked up with the rights with which the stack is changed; why one cannot be imported is said by the change set. */
export async function findImports(
  ctx: CallContext,
  call: Call,
  stack: StackRecord,
  listed: readonly ResourceToImport[],
): Promise<Imports> {
  const found: FoundImport[] = [];
  for (const { LogicalResourceId: logicalId, ResourceType: type, ResourceIdentifier: given } of listed) {
    const { identifier } = requireImportable(type);
    const looked = await lookUp(ctx, call, stack, type, given[identifier] as string);
    if ('failure' in looked) return looked;
    found.push({ logicalId, type, physicalId: looked.physicalId });
  }
  return { found };
}

/**
 * With ImportExistingResources what is new in the template and has the name of something that stands is that
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html). What cannot be imported is
 * left to fail when it is created.
 */
export async function findExisting(
  ctx: CallContext,
  call: Call,
  stack: StackRecord,
  { before, after }: Templates,
): Promise<Imports> {
  const found: FoundImport[] = [];
  const unprotected: string[] = [];
  for (const [logicalId, { Type: type, Properties, DeletionPolicy }] of Object.entries(after.resources)) {
    const { identifier } = importableOf(type) ?? {};
    const name = identifier === undefined ? undefined : Properties[identifier];
    const isHeld = before !== undefined && Object.hasOwn(before.resources, logicalId);
    if (typeof name !== 'string' || isHeld) continue;
    const looked = await lookUp(ctx, call, stack, type, name);
    if ('failure' in looked) continue;
    found.push({ logicalId, type, physicalId: looked.physicalId });
    if (!String(DeletionPolicy).startsWith('Retain'))
      unprotected.push(`${logicalId} ({${identifier}=${name}})`);
  }
  if (unprotected.length === 0) return { found };
  const failure =
    'CloudFormation is attempting to import some resources because they already exist in your account. The resources ' +
    "must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful " +
    `import. The affected resources are ${unprotected.join(', ')}`;
  return { failure };
}

async function lookUp(
  ctx: CallContext,
  call: Call,
  stack: StackRecord,
  type: string,
  value: string,
): Promise<{ readonly physicalId: string } | { readonly failure: string }> {
  const missing = { failure: `Resource of type '${type}' with identifier '${value}' was not found.` };
  try {
    const physicalId = await requireImportable(type).find(ofHandlers(call), value);
    if (physicalId === undefined) return missing;
    const holder = await ctx.read((tx) => stackThatHas(tx, stack, type, physicalId));
    return holder ? { failure: `${value} already exists in stack ${stackArn(holder)}` } : { physicalId };
  } catch (error) {
    if (isNotFound(error)) return missing;
    if (error instanceof ServiceFailure) return { failure: serviceSays(error) };
    throw error;
  }
}

async function stackThatHas(
  tx: ReadTransaction,
  { account, region }: StackRecord,
  type: string,
  physicalId: string,
): Promise<StackRecord | undefined> {
  const rows = await tx.find(stackResources, 'physicalId', { prefix: [account, region, physicalId] });
  const held = rows.find(
    (row) => row.type === type && !/^DELETE_(?:COMPLETE|SKIPPED)$/.test(row.status ?? ''),
  );
  return held && tx.get(stacks, [account, region, held.stackUuid]);
}

export const importChange = ({ logicalId, type, physicalId }: FoundImport): ResourceChange => ({
  Action: 'Import',
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  Scope: [],
  Details: [],
});
