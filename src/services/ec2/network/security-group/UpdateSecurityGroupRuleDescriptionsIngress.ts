/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html */
import { ec2 } from '../../ec2.ts';
import { groupCheck } from './security-group.ts';
import { describeRules } from './update-rules.ts';

export default ec2.operation('UpdateSecurityGroupRuleDescriptionsIngress', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'ec2:UpdateSecurityGroupRuleDescriptionsIngress', input) };
  },
  async execute(context, input, { group }) {
    await describeRules(context, group, false, input);
    return { Return: true };
  },
});
