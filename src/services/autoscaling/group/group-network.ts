/** The zones and subnets of a group, as EC2 knows them. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call } from '../../../invoke/context.ts';
import { validationError } from '../errors.ts';
import type { GroupRecord } from './group.ts';
import { type GroupRequest, subnetIdsOf } from './group-request.ts';

export type GroupNetwork = Pick<GroupRecord, 'zones' | 'subnets'>;

/** What a request says of the network; undefined where it says nothing. */
export async function resolveNetwork(call: Call, request: GroupRequest): Promise<GroupNetwork | undefined> {
  const ids = subnetIdsOf(request);
  const named = request.AvailabilityZones ?? [];
  if (ids.length === 0) {
    if (named.length === 0) return undefined;
    await requireZones(call, named);
    return { zones: [...new Set(named)], subnets: [] };
  }
  const subnets = await describeSubnets(call, ids);
  const zones = [...new Set(subnets.map(({ zone }) => zone))];
  if (named.length > 0 && named.some((zone) => !zones.includes(zone))) {
    throw validationError(
      'The availability zones of the specified subnets and the AutoScalingGroup do not match',
    );
  }
  return { zones, subnets };
}

async function requireZones(call: Call, names: readonly string[]): Promise<void> {
  const { AvailabilityZones: known = [] } = await call('ec2', 'DescribeAvailabilityZones', {});
  const unknown = names.filter((name) => known.every(({ ZoneName }) => ZoneName !== name));
  if (unknown.length > 0) throw validationError(`Invalid availability zones: [${unknown.join(', ')}]`);
}

async function describeSubnets(call: Call, ids: readonly string[]): Promise<GroupNetwork['subnets']> {
  try {
    const { Subnets: found = [] } = await call('ec2', 'DescribeSubnets', { SubnetIds: [...new Set(ids)] });
    return found.map(({ SubnetId, AvailabilityZone }) => ({
      id: SubnetId as string,
      zone: AvailabilityZone as string,
    }));
  } catch (error) {
    if (error instanceof AwsError && error.fault === 'client') throw validationError(error.message);
    throw error;
  }
}
