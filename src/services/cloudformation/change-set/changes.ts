/**
 * What would be done to a stack's resources, as far as it can be known before: a value that a resource is yet to give
 * may or may not be another
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html, aws-facts H22).
 */
import { asText } from '../../../aws/as-text.ts';
import type { ResourceChange, ResourceChangeDetail } from '../../../shapes/generated/cloudformation.ts';
import { changedProperties, effectOfChange } from '../resource-type/properties.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import type { StackResourceRecord } from '../stack/stack-resource.ts';
import { referencesOf } from '../template/contents.ts';
import type { ResourceDefinition } from '../template/definition.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { type Json, type JsonObject, sameValue } from '../template/json.ts';
import { dependencyOrder } from '../template/references.ts';
import { symbolicChange, symbolicValue } from '../template/symbolic.ts';
import { filledIn } from '../template/unknown-values.ts';

export interface Known {
  readonly before: TemplateInstance | undefined;
  readonly after: TemplateInstance;
  readonly rows: readonly StackResourceRecord[];
}

/** The resources that an update changes: what refers to one of them may get another value. */
interface Changed {
  readonly replaced: Set<string>;
  readonly modified: Set<string>;
}

export function resourceChanges(known: Known): ResourceChange[] {
  const { before, after, rows } = known;
  const changes: ResourceChange[] = [];
  const changed: Changed = { replaced: new Set(), modified: new Set() };
  for (const logicalId of dependencyOrder(after.resources)) {
    const definition = after.resources[logicalId] as ResourceDefinition;
    const row = rows.find((each) => each.logicalId === logicalId);
    if (!before || !row || !before.resources[logicalId]) {
      changes.push({
        Action: 'Add',
        LogicalResourceId: logicalId,
        ResourceType: definition.Type,
        Scope: [],
        Details: [],
      });
      continue;
    }
    const isKept = Object.hasOwn(after.template.kept, logicalId);
    const change = isKept ? undefined : modification(before, after, row, changed);
    if (!change) continue;
    (change.Replacement === 'True' ? changed.replaced : changed.modified).add(logicalId);
    changes.push(change);
  }
  const removed = rows.filter(({ logicalId }) => !Object.hasOwn(after.resources, logicalId));
  return [...removed.map(removal), ...changes];
}

const policyAction = (policy: Json | undefined): string =>
  policy === 'Retain' || policy === 'Snapshot' ? policy : 'Delete';

const removal = ({ logicalId, physicalId, type, definition }: StackResourceRecord): ResourceChange => ({
  Action: 'Remove',
  PolicyAction: policyAction(definition.deletionPolicy),
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  Scope: [],
  Details: [],
});

const RECREATION = { 'in-place': 'Never', refused: 'Never', replacement: 'Always' } as const;

/** Of a nested stack that is written as it was: its template may be another by now. */
const AUTOMATIC: ResourceChangeDetail = {
  Target: { Attribute: 'Properties', RequiresRecreation: 'Never' },
  Evaluation: 'Dynamic',
  ChangeSource: 'Automatic',
};

function modification(
  before: TemplateInstance,
  after: TemplateInstance,
  { logicalId, physicalId, type: typeName }: StackResourceRecord,
  changed: Changed,
): ResourceChange | undefined {
  const found = [
    ...metadataDetails(before, after, logicalId),
    ...propertyDetails(before, after, logicalId, changed),
  ];
  const details = found.length === 0 && requireResourceType(typeName).isAlwaysUpdated ? [AUTOMATIC] : found;
  if (details.length === 0) return undefined;
  const Replacement = replacementOf(details);
  const { UpdateReplacePolicy } = after.resources[logicalId] as ResourceDefinition;
  return {
    Action: 'Modify',
    PolicyAction: Replacement === 'True' ? `ReplaceAnd${policyAction(UpdateReplacePolicy)}` : undefined,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: typeName,
    Replacement,
    Scope: [...new Set(details.map(({ Target }) => Target?.Attribute as string))],
    Details: details,
  };
}

function propertyDetails(
  before: TemplateInstance,
  after: TemplateInstance,
  logicalId: string,
  changed: Changed,
): ResourceChangeDetail[] {
  const [old, definition] = [before.resources[logicalId], after.resources[logicalId]] as ResourceDefinition[];
  const [from, to] = symbolicChange(before, after, logicalId);
  const type = requireResourceType((definition as ResourceDefinition).Type);
  const direct = new Set(changedProperties(from, to));
  const names = new Set([
    ...Object.keys(old?.Properties ?? {}),
    ...Object.keys(definition?.Properties ?? {}),
  ]);
  return [...names].sort().flatMap((name) => {
    const value = definition?.Properties[name];
    const isTag = name === 'Tags';
    const recreation = type.update ? RECREATION[effectOfChange(type.properties, from, to, [name])] : 'Always';
    const Target = {
      Attribute: isTag ? 'Tags' : 'Properties',
      Name: isTag ? undefined : name,
      RequiresRecreation: recreation,
    };
    const isDirect = direct.has(name);
    const texts = [old?.Properties[name], value] as const;
    return [
      ...(isDirect ? directDetails(before, after, Target, texts) : []),
      ...referenceDetails(value, changed, Target),
    ];
  });
}

type Target = ResourceChangeDetail['Target'];

/** By another text, or by the same text with a parameter that has another value. */
function directDetails(
  before: TemplateInstance,
  after: TemplateInstance,
  Target: Target,
  [from, to]: readonly [Json | undefined, Json | undefined],
): ResourceChangeDetail[] {
  const parameters = to === undefined ? [] : changedParameters(before, after, to);
  const isTextChanged = !sameValue(from, to);
  return [
    ...parameters.map((CausingEntity) => ({
      Target,
      Evaluation: 'Static',
      ChangeSource: 'ParameterReference',
      CausingEntity,
    })),
    {
      Target,
      Evaluation: isTextChanged || parameters.length === 0 ? 'Static' : 'Dynamic',
      ChangeSource: 'DirectModification',
    },
  ];
}

function changedParameters(before: TemplateInstance, after: TemplateInstance, value: Json): string[] {
  const names = new Set<string>();
  for (const { to, name } of referencesOf(value)) {
    if (to !== 'name' || !Object.hasOwn(after.template.parameters, name)) continue;
    const [old, now] = [before.refersTo(name), after.refersTo(name)];
    const isSame = typeof old === 'symbol' || typeof now === 'symbol' ? old === now : sameValue(old, now);
    if (!isSame) names.add(name);
  }
  return [...names];
}

/** A replaced resource gives other values for certain; one that is changed in place may give other attributes. */
function referenceDetails(
  value: Json | undefined,
  { replaced, modified }: Changed,
  Target: Target,
): ResourceChangeDetail[] {
  const found = new Map<string, ResourceChangeDetail>();
  for (const reference of value === undefined ? [] : referencesOf(value)) {
    const { to, name } = reference;
    const isReplaced = replaced.has(name);
    if (to === 'condition' || !(isReplaced || (to === 'attribute' && modified.has(name)))) continue;
    const entity = to === 'name' ? name : `${name}.${asText(reference.attribute)}`;
    found.set(entity, {
      Target,
      Evaluation: isReplaced ? 'Static' : 'Dynamic',
      ChangeSource: to === 'name' ? 'ResourceReference' : 'ResourceAttribute',
      CausingEntity: entity,
    });
  }
  return [...found.values()];
}

function metadataDetails(
  before: TemplateInstance,
  after: TemplateInstance,
  logicalId: string,
): ResourceChangeDetail[] {
  const [from, to] = [before.resources[logicalId]?.Metadata, after.resources[logicalId]?.Metadata];
  const contextOf = (instance: TemplateInstance, metadata: Json | undefined): JsonObject =>
    metadata === undefined ? {} : { Metadata: symbolicValue(instance, metadata) };
  const now = contextOf(after, to);
  if (sameValue(filledIn(contextOf(before, from), now), now)) return [];
  const Target = { Attribute: 'Metadata', RequiresRecreation: 'Never' };
  return directDetails(before, after, Target, [from, to]);
}

function replacementOf(details: readonly ResourceChangeDetail[]): 'True' | 'False' | 'Conditional' {
  const recreating = details.filter(({ Target }) => Target?.RequiresRecreation === 'Always');
  if (recreating.length === 0) return 'False';
  return recreating.some(({ Evaluation }) => Evaluation === 'Static') ? 'True' : 'Conditional';
}
