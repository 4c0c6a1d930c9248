/**
 * A placement group: how near to each other, or how far apart, its instances run. There are no racks here, but the rules
 * of each strategy hold (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type { PlacementGroup } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import { ec2Arn } from '../resource/arn.ts';
import {
  findResource,
  ownResourceCheck,
  type ResourceRecord,
  requireId,
  storedKind,
} from '../resource/kind.ts';

export interface PlacementGroupRecord extends ResourceRecord {
  readonly name: string;
  readonly strategy: 'cluster' | 'partition' | 'spread';
  /** Of a partition group. */
  readonly partitions?: number;
}

const placementGroups = table<PlacementGroupRecord>()({
  name: 'ec2.placement-groups',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { name: ({ account, region, name }) => [[account, region, name]] },
});

const unknown = (code: string, name: string | undefined) =>
  new AwsError(code, `The Placement Group '${name}' is unknown.`);

export const placementGroupKind = storedKind<PlacementGroupRecord>({
  type: 'placement-group',
  prefix: 'pg',
  table: placementGroups,
  notFound: ([id]) => unknown('InvalidPlacementGroupId.Unknown', id),
  malformed: (id) =>
    new AwsError('InvalidPlacementGroupId.Malformed', `Invalid id: "${id}" (expecting "pg-...")`),
  conditions: ({ name, strategy }) => ({
    'ec2:PlacementGroupName': name,
    'ec2:PlacementGroupStrategy': strategy,
  }),
  arnName: ({ name }) => name,
});

export const unknownName = (name: string) => unknown('InvalidPlacementGroup.Unknown', name);

export async function findByName(
  tx: ReadTransaction,
  { account, region }: Scope,
  name: string,
): Promise<PlacementGroupRecord | undefined> {
  const [found] = await tx.find(placementGroups, 'name', { prefix: [account, region, name], limit: 1 });
  return found;
}

/** The group that a launch or a change of an instance names, by name or by id. */
export async function requireNamedGroup(
  tx: ReadTransaction,
  scope: Scope,
  { GroupName: name, GroupId: id }: { readonly GroupName?: string; readonly GroupId?: string },
): Promise<PlacementGroupRecord | undefined> {
  if (name && id) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The parameters GroupName and GroupId may not be used together.',
    );
  }
  if (id) {
    requireId(placementGroupKind, id);
    const found = await findResource(tx, placementGroupKind, scope, id);
    if (!found) throw placementGroupKind.notFound([id]);
    return found;
  }
  if (!name) return undefined;
  const found = await findByName(tx, scope, name);
  if (!found) throw unknownName(name);
  return found;
}

/** The check for an action on the group of a name. A missing one is authorized by its name first. */
export async function groupCheck(
  context: ResolveContext,
  action: string,
  name: string,
): Promise<Check<PlacementGroupRecord>> {
  const found = await findByName(context.tx, context, name);
  if (found) return ownResourceCheck(context, placementGroupKind, action, found.id);
  const { account, region } = context;
  const resource = ec2Arn(context, placementGroupKind.type, name);
  const conditions = () => ({ 'ec2:Region': region });
  return { action, resource, account, conditions, record: undefined, missing: unknownName(name) };
}

export const showPlacementGroup = (group: PlacementGroupRecord): PlacementGroup => ({
  GroupId: group.id,
  GroupName: group.name,
  GroupArn: ec2Arn(group, 'placement-group', group.name),
  State: 'available',
  Strategy: group.strategy,
  PartitionCount: group.partitions,
  SpreadLevel: group.strategy === 'spread' ? 'rack' : undefined,
  Tags: [...group.tags],
});

export const placementGroupFilters: FilterFields<PlacementGroupRecord> = {
  'group-arn': (group) => ec2Arn(group, 'placement-group', group.name),
  'group-name': ({ name }) => name,
  'spread-level': ({ strategy }) => (strategy === 'spread' ? 'rack' : undefined),
  state: () => 'available',
  strategy: ({ strategy }) => strategy,
};
