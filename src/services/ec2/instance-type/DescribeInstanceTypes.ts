/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { filtersTest } from '../describe/filter.ts';
import { pageOf, requireNoPageOfIds } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { findInstanceType, instanceTypeNames } from '../instance/instance-type.ts';
import { accountCheck } from '../resource/kind.ts';
import { instanceTypeFilters } from './instance-type-filters.ts';

export default ec2.operation('DescribeInstanceTypes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstanceTypes') }),
  execute(_context, input) {
    const { InstanceTypes: names } = input;
    requireNoPageOfIds('instanceTypes', names, input);
    const unknown = names?.filter((name) => !findInstanceType(name)) ?? [];
    if (unknown.length > 0) {
      throw new AwsError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const wanted = names && names.length > 0 ? new Set(names) : undefined;
    const types = instanceTypeNames()
      .filter((name) => wanted?.has(name) ?? true)
      .map((name) => findInstanceType(name)!)
      .filter(filtersTest(input.Filters, instanceTypeFilters))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    const page = pageOf(types, ({ name }) => name, input, { max: 100, otherwise: 100 });
    return { InstanceTypes: page.items.map(({ info }) => info), NextToken: page.nextToken };
  },
});
