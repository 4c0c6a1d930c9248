/**
 * What would be done to a stack's resources, as far as it can be known before: a value that a resource is yet to give
 * may or may not be another
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html).
 */
import type { ResourceChange, ResourceChangeDetail } from '../../../shapes/generated/cloudformation.ts';
import { changedProperties, effectOfChange } from '../resource-type/properties.ts';
import { requireResourceType } from '../resource-type/resource-types.ts';
import type { StackResourceRecord } from '../stack/stack-resource.ts';
import type { ResourceDefinition } from '../template/definition.ts';
import type { TemplateInstance } from '../template/instance.ts';
import { type Json, sameValue } from '../template/json.ts';
import { dependenciesOf, referencesOf } from '../template/references.ts';
import { symbolicProperties } from '../template/symbolic.ts';

interface Known {
  readonly before: TemplateInstance | undefined;
  readonly after: TemplateInstance;
  readonly rows: readonly StackResourceRecord[];
}

export function resourceChanges(known: Known): ResourceChange[] {
  const { before, after, rows } = known;
  const changes: ResourceChange[] = [];
  const replaced = new Set<string>();
  for (const logicalId of inOrder(after.resources)) {
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
    const change = modification(before, after, row, replaced);
    if (!change) continue;
    if (change.Replacement === 'True') replaced.add(logicalId);
    changes.push(change);
  }
  const removed = rows.filter(({ logicalId }) => !Object.hasOwn(after.resources, logicalId));
  return [...removed.map(removal), ...changes];
}

/** Dependencies before what depends on them. */
function inOrder(resources: TemplateInstance['resources']): string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string): void => {
    if (ordered.has(logicalId)) return;
    for (const need of dependenciesOf(resources[logicalId] as ResourceDefinition, resources)) visit(need);
    ordered.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return [...ordered];
}

const removal = ({ logicalId, physicalId, type, definition }: StackResourceRecord): ResourceChange => ({
  Action: 'Remove',
  PolicyAction: definition.deletionPolicy === 'Retain' ? 'Retain' : 'Delete',
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  Scope: [],
  Details: [],
});

const RECREATION = { 'in-place': 'Never', refused: 'Never', replacement: 'Always' } as const;

function modification(
  before: TemplateInstance,
  after: TemplateInstance,
  { logicalId, physicalId, type: typeName }: StackResourceRecord,
  replaced: ReadonlySet<string>,
): ResourceChange | undefined {
  const type = requireResourceType(typeName);
  const [from, to] = [symbolicProperties(before, logicalId), symbolicProperties(after, logicalId)];
  const recreation = (name: string) =>
    type.update ? RECREATION[effectOfChange(type.properties, from, to, [name])] : 'Always';
  const direct = changedProperties(from, to);
  const definition = after.resources[logicalId] as ResourceDefinition;
  const details: ResourceChangeDetail[] = direct.map((name) => ({
    Target: { Attribute: 'Properties', Name: name, RequiresRecreation: recreation(name) },
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  }));
  for (const [name, value] of Object.entries(definition.Properties)) {
    for (const entity of referredTo(value, replaced)) {
      details.push({
        Target: { Attribute: 'Properties', Name: name, RequiresRecreation: recreation(name) },
        Evaluation: 'Dynamic',
        ChangeSource: entity.includes('.') ? 'ResourceAttribute' : 'ResourceReference',
        CausingEntity: entity,
      });
    }
  }
  const isMetadataChanged = !sameValue(before.resources[logicalId]?.Metadata, definition.Metadata);
  if (isMetadataChanged) {
    details.push({
      Target: { Attribute: 'Metadata', RequiresRecreation: 'Never' },
      Evaluation: 'Static',
      ChangeSource: 'DirectModification',
    });
  }
  if (details.length === 0) return undefined;
  return {
    Action: 'Modify',
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: typeName,
    Replacement: replacementOf(details),
    Scope: [...new Set(details.map(({ Target }) => Target?.Attribute as string))],
    Details: details,
  };
}

function replacementOf(details: readonly ResourceChangeDetail[]): 'True' | 'False' | 'Conditional' {
  const recreating = details.filter(({ Target }) => Target?.RequiresRecreation === 'Always');
  if (recreating.length === 0) return 'False';
  return recreating.some(({ Evaluation }) => Evaluation === 'Static') ? 'True' : 'Conditional';
}

/** `Key`, or `Key.Arn`, of the resources among these that a value refers to. */
function referredTo(value: Json, logicalIds: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const reference of referencesOf(value)) {
    if (reference.to === 'condition' || !logicalIds.has(reference.name)) continue;
    found.add(reference.to === 'name' ? reference.name : `${reference.name}.${String(reference.attribute)}`);
  }
  return [...found];
}
