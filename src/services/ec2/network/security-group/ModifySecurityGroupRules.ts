/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { securityGroupRules } from '../networked.ts';
import { securityGroupKind } from './security-group.ts';
import { securityGroupRuleKind } from './security-group-rule.ts';
import { updatedRules } from './update-rules.ts';

const ACTION = 'ec2:ModifySecurityGroupRules';

export default ec2.operation('ModifySecurityGroupRules', {
  async checks(context, input) {
    const ids = input.SecurityGroupRules.map(({ SecurityGroupRuleId: id }) => id);
    return {
      group: await ownResourceCheck(context, securityGroupKind, ACTION, input.GroupId),
      rules: await Promise.all(ids.map((id) => ownResourceCheck(context, securityGroupRuleKind, ACTION, id))),
    };
  },
  async execute(context, input, { group }) {
    const changed = await updatedRules(context.tx, group.record, input.SecurityGroupRules);
    for (const rule of changed) await securityGroupRules.put(context.tx, rule);
    return { Return: true };
  },
});
