/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { filtersTest } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { type Zone, zonesOf } from './region.ts';

const groupName = ({ region }: Zone) => `${region}-zg-1`;

export default ec2.operation('DescribeAvailabilityZones', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeAvailabilityZones') }),
  execute(context, input) {
    const zones = zonesOf(context.region);
    requireKnown('AvailabilityZones', input.ZoneNames, zones, 'name');
    requireKnown('AvailabilityZoneIds', input.ZoneIds, zones, 'id');
    const matches = filtersTest<Zone>(input.Filters, {
      'group-name': groupName,
      message: () => undefined,
      'opt-in-status': () => 'opt-in-not-required',
      'parent-zone-id': () => undefined,
      'parent-zone-name': () => undefined,
      'region-name': ({ region }) => region,
      state: () => 'available',
      'zone-id': ({ id }) => id,
      'zone-name': ({ name }) => name,
      'zone-type': () => 'availability-zone',
    });
    const shown = zones.filter(
      (zone) =>
        (input.ZoneNames?.includes(zone.name) ?? true) &&
        (input.ZoneIds?.includes(zone.id) ?? true) &&
        matches(zone),
    );
    return {
      AvailabilityZones: shown.map((zone) => ({
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        Messages: [],
        RegionName: zone.region,
        ZoneName: zone.name,
        ZoneId: zone.id,
        GroupName: groupName(zone),
        NetworkBorderGroup: zone.region,
        ZoneType: 'availability-zone',
      })),
    };
  },
});

function requireKnown(
  noun: string,
  asked: readonly string[] | undefined,
  zones: readonly Zone[],
  member: 'name' | 'id',
): void {
  const unknown = asked?.filter((each) => !zones.some((zone) => zone[member] === each)) ?? [];
  if (unknown.length === 0) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Invalid availability zones provided for ${noun}: [${unknown.join(', ')}]`,
  );
}
