/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import type { SecurityGroupRecord } from '../network-records.ts';
import { rulesOfGroup, securityGroupRules, securityGroups } from '../networked.ts';
import { groupCheck } from './security-group.ts';

export default ec2.operation('DeleteSecurityGroup', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'ec2:DeleteSecurityGroup', input) };
  },
  async preconditions(context, _input, { group: { record } }) {
    if (record.name === 'default') {
      throw new AwsError(
        'CannotDelete',
        `the specified group: "${record.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (await isInUse(context.tx, record)) {
      throw new AwsError('DependencyViolation', `resource ${record.id} has a dependent object`);
    }
  },
  async execute(context, _input, { group: { record } }) {
    const rules = await rulesOfGroup(context.tx, record, record.id);
    for (const rule of rules) await securityGroupRules.remove(context.tx, rule);
    await securityGroups.remove(context.tx, record);
    return { Return: true, GroupId: record.id };
  },
});

async function isInUse(tx: ReadTransaction, group: SecurityGroupRecord): Promise<boolean> {
  const { account, region, id, vpcAssociations = [] } = group;
  if (vpcAssociations.length > 0) return true;
  const rules = await securityGroupRules.list(tx, { account, region });
  if (rules.some(({ groupId, referencedGroup }) => referencedGroup?.groupId === id && groupId !== id))
    return true;
  const interfaces = await tx.list(networkInterfaces, { prefix: [account, region] });
  return interfaces.some(({ groupIds }) => groupIds.includes(id));
}
