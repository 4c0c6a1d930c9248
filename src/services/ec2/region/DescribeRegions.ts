/** The regions of AWS: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { REGIONS, type Region } from '../../../aws/regions.ts';
import { filtersTest } from '../describe/filter.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';

const endpoint = ({ name }: Region) => `ec2.${name}.amazonaws.com`;
const optInStatus = ({ optIn }: Region) => (optIn ? 'not-opted-in' : 'opt-in-not-required');

export default ec2.operation('DescribeRegions', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeRegions') }),
  execute(_context, input) {
    const { RegionNames: names, AllRegions: all } = input;
    const unknown = names?.filter((name) => !REGIONS.some((region) => region.name === name)) ?? [];
    if (unknown.length > 0) {
      throw new AwsError('InvalidParameterValue', `Invalid region provided: [${unknown.join(', ')}]`);
    }
    const matches = filtersTest<Region>(input.Filters, {
      endpoint,
      'opt-in-status': optInStatus,
      'region-name': ({ name }) => name,
    });
    const shown = REGIONS.filter((region) => names?.includes(region.name) ?? (all || !region.optIn));
    return {
      Regions: shown.filter(matches).map((region) => ({
        RegionName: region.name,
        Endpoint: endpoint(region),
        OptInStatus: optInStatus(region),
      })),
    };
  },
});
