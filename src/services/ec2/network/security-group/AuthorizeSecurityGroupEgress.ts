/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
import { ec2 } from '../../ec2.ts';
import { addRules, authorizeChecks, requireNewRules } from './authorize-rules.ts';
import { showNewRule } from './security-group-rule.ts';

export default ec2.operation('AuthorizeSecurityGroupEgress', {
  checks: (context, input) => authorizeChecks(context, 'ec2:AuthorizeSecurityGroupEgress', input),
  preconditions: (context, input, { group }) => requireNewRules(context.tx, group.record, true, input),
  async execute(context, input, { group }) {
    const rules = await addRules(context, group, true, input);
    return { Return: true, SecurityGroupRules: rules.map(showNewRule) };
  },
});
