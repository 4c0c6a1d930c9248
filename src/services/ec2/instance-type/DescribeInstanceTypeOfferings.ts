/** Every type in every zone: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
import { filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { instanceTypeNames } from '../instance/instance-type.ts';
import { zonesOf } from '../region/region.ts';
import { accountCheck } from '../resource/kind.ts';

interface Offering {
  readonly type: string;
  readonly location: string;
}

export default ec2.operation('DescribeInstanceTypeOfferings', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstanceTypeOfferings') }),
  execute({ region }, input) {
    const locationType = input.LocationType ?? 'region';
    const zones = zonesOf(region);
    const locations = {
      region: [region],
      'availability-zone': zones.map(({ name }) => name),
      'availability-zone-id': zones.map(({ id }) => id),
      outpost: [],
    }[locationType];
    const offerings = instanceTypeNames().flatMap((type) =>
      locations.map((location): Offering => ({ type, location })),
    );
    const matches = filtersTest<Offering>(input.Filters, {
      'instance-type': ({ type }) => type,
      location: ({ location }) => location,
    });
    const position = ({ type, location }: Offering) => `${type} ${location}`;
    const shown = offerings.filter(matches).sort((one, other) => (position(one) < position(other) ? -1 : 1));
    const page = pageOf(shown, position, input, { max: 1000, otherwise: 1000 });
    return {
      InstanceTypeOfferings: page.items.map(({ type, location }) => ({
        InstanceType: type,
        LocationType: locationType,
        Location: location,
      })),
      NextToken: page.nextToken,
    };
  },
});
