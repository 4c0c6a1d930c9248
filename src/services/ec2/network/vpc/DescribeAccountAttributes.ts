/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html */
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { findDefaultVpc } from './vpc.ts';

export default ec2.operation('DescribeAccountAttributes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeAccountAttributes') }),
  async execute(context, input) {
    const values: Readonly<Record<string, string>> = {
      'supported-platforms': 'VPC',
      'default-vpc': (await findDefaultVpc(context.tx, context))?.id ?? 'none',
      'max-instances': '20',
      'vpc-max-security-groups-per-interface': '5',
      'max-elastic-ips': '5',
      'vpc-max-elastic-ips': '5',
    };
    const asked: readonly string[] | undefined = input.AttributeNames;
    const shown = Object.entries(values).filter(([name]) => !asked?.length || asked.includes(name));
    return {
      AccountAttributes: shown.map(([AttributeName, AttributeValue]) => ({
        AttributeName,
        AttributeValues: [{ AttributeValue }],
      })),
    };
  },
});
