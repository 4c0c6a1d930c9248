/** The set that AWS gives every account: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { filtersTest } from '../../describe/filter.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, notFoundError } from '../../resource/kind.ts';
import { dhcpOptionsId } from '../default-network.ts';

export default ec2.operation('DescribeDhcpOptions', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeDhcpOptions') }),
  execute(context, input) {
    const { account, region } = context;
    const id = dhcpOptionsId(context);
    const values: Readonly<Record<string, string>> = {
      'domain-name': region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`,
      'domain-name-servers': 'AmazonProvidedDNS',
    };
    const malformed = input.DhcpOptionsIds?.find((each) => !each.startsWith('dopt-'));
    if (malformed) {
      throw new AwsError(
        'InvalidDhcpOptionsId.Malformed',
        `Invalid id: "${malformed}" (expecting "dopt-...")`,
      );
    }
    const missing = input.DhcpOptionsIds?.filter((each) => each !== id) ?? [];
    if (missing.length > 0) throw notFoundError('InvalidDhcpOptionID.NotFound', 'dhcpOption ID', missing);
    const matches = filtersTest<{ id: string; tags: [] }>(input.Filters, {
      'dhcp-options-id': (options) => options.id,
      key: () => Object.keys(values),
      value: () => Object.values(values),
      'owner-id': () => account,
    });
    const options = {
      DhcpOptionsId: id,
      OwnerId: account,
      DhcpConfigurations: Object.entries(values).map(([Key, Value]) => ({ Key, Values: [{ Value }] })),
      Tags: [],
    };
    return { DhcpOptions: matches({ id, tags: [] }) ? [options] : [] };
  },
});
