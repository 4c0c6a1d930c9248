/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { filtersTest } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { type Zone, zonesOf } from './region.ts';

/** What consoles call Regions (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html). */
const LONG_NAMES: Readonly<Record<string, string>> = {
  'af-south-1': 'Africa (Cape Town)',
  'ap-east-1': 'Asia Pacific (Hong Kong)',
  'ap-east-2': 'Asia Pacific (Taipei)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-south-2': 'Asia Pacific (Hyderabad)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-southeast-3': 'Asia Pacific (Jakarta)',
  'ap-southeast-4': 'Asia Pacific (Melbourne)',
  'ap-southeast-5': 'Asia Pacific (Malaysia)',
  'ap-southeast-6': 'Asia Pacific (New Zealand)',
  'ap-southeast-7': 'Asia Pacific (Thailand)',
  'ca-central-1': 'Canada (Central)',
  'ca-west-1': 'Canada West (Calgary)',
  'eu-central-1': 'Europe (Frankfurt)',
  'eu-central-2': 'Europe (Zurich)',
  'eu-north-1': 'Europe (Stockholm)',
  'eu-south-1': 'Europe (Milan)',
  'eu-south-2': 'Europe (Spain)',
  'eu-west-1': 'Europe (Ireland)',
  'eu-west-2': 'Europe (London)',
  'eu-west-3': 'Europe (Paris)',
  'il-central-1': 'Israel (Tel Aviv)',
  'me-central-1': 'Middle East (UAE)',
  'me-south-1': 'Middle East (Bahrain)',
  'mx-central-1': 'Mexico (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
};

const groupLongName = ({ region }: Zone) => `${LONG_NAMES[region] ?? region} 1`;
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
      'group-long-name': groupLongName,
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
        GroupLongName: groupLongName(zone),
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
