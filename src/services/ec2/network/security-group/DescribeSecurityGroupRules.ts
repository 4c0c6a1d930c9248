/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { securityGroupRuleFilters, securityGroupRuleKind, showRule } from './security-group-rule.ts';

export default ec2.operation('DescribeSecurityGroupRules', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSecurityGroupRules') }),
  async execute(context, input) {
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
