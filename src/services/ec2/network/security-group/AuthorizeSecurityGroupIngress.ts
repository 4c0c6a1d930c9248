/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
import { ec2 } from '../../ec2.ts';
import { addRules, authorizeChecks, requireNewRules } from './authorize-rules.ts';
import { showNewRule } from './security-group-rule.ts';

export default ec2.operation('AuthorizeSecurityGroupIngress', {
  checks: (context, input) => authorizeChecks(context, 'ec2:AuthorizeSecurityGroupIngress', input),
  preconditions: (context, input, { group }) => requireNewRules(context.tx, group.record, false, input),
  async execute(context, input, { group }) {
    const rules = await addRules(context, group, false, input);
    return { Return: true, SecurityGroupRules: rules.map(showNewRule) };
  },
});
