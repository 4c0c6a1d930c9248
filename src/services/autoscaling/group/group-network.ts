/** The zones and subnets of a group, as EC2 knows them. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import { validationError } from '../errors.ts';
import type { Placement } from '../instance/placement.ts';
import type { GroupRecord, GroupRequest } from './group.ts';
import { subnetIdsOf } from './group-request.ts';

export type GroupNetwork = Pick<GroupRecord, 'zones' | 'subnets'> & { readonly zoneIds: readonly string[] };

interface Zone {
  readonly name: string;
  readonly id: string;
}

/** What a request says of the network; undefined where it says nothing. Zones are named by name or by id. */
export async function resolveNetwork(call: Call, request: GroupRequest): Promise<GroupNetwork | undefined> {
  const { AvailabilityZones: names = [], AvailabilityZoneIds: zoneIds = [] } = request;
  if (names.length > 0 && zoneIds.length > 0) {
    throw validationError('AvailabilityZones and AvailabilityZoneIds cannot both be specified.');
  }
  const ids = subnetIdsOf(request);
  const named = names.length + zoneIds.length > 0 ? await describeZones(call, names, zoneIds) : [];
  if (ids.length === 0) return named.length > 0 ? networkOf(named, []) : undefined;
  const subnets = await describeSubnets(call, ids);
  if (named.some((zone) => subnets.every(({ name }) => name !== zone.name))) {
    throw validationError(
      'The availability zones of the specified subnets and the AutoScalingGroup do not match',
    );
  }
  return networkOf(
    subnets,
    subnets.map(({ subnetId, name }) => ({ id: subnetId, zone: name })),
  );
}

/** Where an instance is, for a group that is made after it. */
export const networkAround = (call: Call, { zone, subnetId }: Placement) =>
  resolveNetwork(call, subnetId ? { VPCZoneIdentifier: subnetId } : { AvailabilityZones: [zone] });

function networkOf(found: readonly Zone[], subnets: GroupNetwork['subnets']): GroupNetwork {
  const byName = new Map(found.map(({ name, id }) => [name, id]));
  return { zones: [...byName.keys()], zoneIds: [...byName.values()], subnets };
}

async function describeZones(
  call: Call,
  names: readonly string[],
  ids: readonly string[],
): Promise<readonly Zone[]> {
  const { AvailabilityZones: known = [] } = await call('ec2', 'DescribeAvailabilityZones', {});
  const zones = known.map(({ ZoneName: name = '', ZoneId: id = '' }) => ({ name, id }));
  const asked = [...new Set(names.length > 0 ? names : ids)];
  const found = asked.map((each) => zones.find(({ name, id }) => each === (names.length > 0 ? name : id)));
  const unknown = asked.filter((_each, index) => !found[index]);
  if (unknown.length > 0) throw validationError(`Invalid availability zones: [${unknown.join(', ')}]`);
  return found as Zone[];
}

async function describeSubnets(
  call: Call,
  ids: readonly string[],
): Promise<readonly (Zone & { readonly subnetId: string })[]> {
  try {
    const { Subnets: found = [] } = await call('ec2', 'DescribeSubnets', { SubnetIds: [...new Set(ids)] });
    return found.map(({ SubnetId = '', AvailabilityZone = '', AvailabilityZoneId = '' }) => ({
      subnetId: SubnetId,
      name: AvailabilityZone,
      id: AvailabilityZoneId,
    }));
  } catch (error) {
    if (error instanceof AwsError && error.fault === 'client') throw validationError(error.message);
    throw error;
  }
}
