/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { securityGroupRuleFilters, securityGroupRuleKind, showRule } from './security-group-rule.ts';

export default ec2.operation('DescribeSecurityGroupRules', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSecurityGroupRules') }),
  async execute(context, input) {
    const groups = input.Filters?.flatMap(({ Name: name, Values: ids = [] }) =>
      name === 'group-id' ? ids : [],
    );
    for (const id of groups ?? []) requireGroupId(id);
    const page = await describeResources(context.tx, context, {
      kind: securityGroupRuleKind,
      ids: input.SecurityGroupRuleIds,
      idsName: 'securityGroupRuleIds',
      filters: input.Filters,
      fields: securityGroupRuleFilters,
      page: input,
    });
    return { SecurityGroupRules: page.items.map(showRule), NextToken: page.nextToken };
  },
});

/** A wildcard is none: AWS takes the values of this filter for ids. */
function requireGroupId(id: string): void {
  if (/^sg-[0-9a-f]+$/.test(id)) return;
  throw new AwsError('InvalidGroupId.Malformed', `The security group ID '${id}' is malformed`);
}
