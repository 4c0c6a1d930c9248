/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html */
import { ec2 } from '../../ec2.ts';
import { revokeRules, rulesToRevoke } from './authorize-rules.ts';
import { groupCheck } from './security-group.ts';

export default ec2.operation('RevokeSecurityGroupIngress', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'ec2:RevokeSecurityGroupIngress', input) };
  },
  async preconditions(context, input, { group }) {
    await rulesToRevoke(context.tx, group.record, false, input);
  },
  execute: (context, input, { group }) => revokeRules(context, group, false, input),
});
