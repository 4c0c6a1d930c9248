/** Where the instances of a placement group may run, and in which partition. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import type { InstanceType } from '../instance/instance-type.ts';
import { type PlacementGroupRecord, requireNamedGroup } from './placement-group.ts';

/** Running instances of a spread group in one zone, each on a rack of its own (aws-facts F34). */
const MAX_SPREAD = 7;

export interface PlannedPlacement {
  readonly group: PlacementGroupRecord;
  readonly partition?: number;
}

interface PlacementRequest {
  readonly GroupName?: string;
  readonly GroupId?: string;
  readonly PartitionNumber?: number;
}

/** The group that a request names, once type and partition fit its strategy. */
export async function planPlacement(
  tx: ReadTransaction,
  scope: Scope,
  request: PlacementRequest,
  type: InstanceType,
): Promise<PlannedPlacement | undefined> {
  const group = await requireNamedGroup(tx, scope, request);
  const { PartitionNumber: partition } = request;
  if (!group) {
    if (partition === undefined) return undefined;
    throw new AwsError(
      'InvalidParameterCombination',
      'A partition number may only be specified with a placement group that has the partition strategy.',
    );
  }
  requireSupported(group, type);
  requirePartition(group, partition);
  return { group, partition };
}

function requireSupported({ strategy }: PlacementGroupRecord, { name, info }: InstanceType): void {
  if (info.PlacementGroupInfo?.SupportedStrategies?.includes(strategy) ?? true) return;
  const [initial = '', ...rest] = strategy;
  throw new AwsError(
    'InvalidParameterCombination',
    `${initial.toUpperCase()}${rest.join('')} placement groups are not supported by the '${name}' instance type. ` +
      'Specify a supported instance type or change the placement group strategy, and try again.',
  );
}

function requirePartition({ name, partitions }: PlacementGroupRecord, partition: number | undefined): void {
  if (partition === undefined) return;
  if (partitions === undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      'A partition number may only be specified with a placement group that has the partition strategy.',
    );
  }
  if (partition >= 1 && partition <= partitions) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${partition}) for parameter PartitionNumber is invalid. The placement group '${name}' has ${partitions} partitions.`,
  );
}

/** Those that are not terminated. */
export async function instancesIn(
  tx: ReadTransaction,
  { account, region, id }: PlacementGroupRecord,
): Promise<InstanceRecord[]> {
  return tx.find(instances, 'placementGroup', { prefix: [account, region, id] });
}

/** How many more of the group can run in the zone. */
export async function roomIn(
  tx: ReadTransaction,
  group: PlacementGroupRecord,
  zone: string,
): Promise<number> {
  if (group.strategy === 'partition') return Number.POSITIVE_INFINITY;
  const running = (await instancesIn(tx, group)).filter(({ state }) => state !== 'stopped');
  if (group.strategy === 'spread') return MAX_SPREAD - running.filter((each) => each.zone === zone).length;
  return running.some((each) => each.zone !== zone) ? 0 : Number.POSITIVE_INFINITY;
}

/** Throws where so many more of the group cannot run in the zone. */
export async function requireRoom(
  tx: ReadTransaction,
  group: PlacementGroupRecord,
  zone: string,
  count: number,
): Promise<void> {
  if ((await roomIn(tx, group, zone)) >= count) return;
  throw new AwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient capacity to launch all of the additional requested instances into Placement Group '${group.name}'.`,
    500,
  );
}

/** Where nobody chose one, the partition with the fewest instances. */
export async function choosePartition(
  tx: ReadTransaction,
  { group, partition }: PlannedPlacement,
): Promise<number | undefined> {
  if (partition !== undefined || group.partitions === undefined) return partition;
  const taken = (await instancesIn(tx, group)).map(({ placement }) => placement?.partition);
  const countOf = (number: number) => taken.filter((each) => each === number).length;
  const numbers = Array.from({ length: group.partitions }, (_, index) => index + 1);
  return numbers.reduce((best, each) => (countOf(each) < countOf(best) ? each : best));
}
