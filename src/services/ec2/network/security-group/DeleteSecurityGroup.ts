/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { networkInterfaces } from '../network-interface/network-interface.ts';
import { storeDefaultNetwork } from '../store-default-network.ts';
import { checkGroup, type SecurityGroupRecord, securityGroups } from './security-group.ts';
import { listRules, rulesOfGroup, securityGroupRules } from './security-group-rule.ts';

export default ec2.operation('DeleteSecurityGroup', {
  async checks(context, input) {
    return { group: await checkGroup(context, 'ec2:DeleteSecurityGroup', input) };
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
    const { account, region, id } = record;
    await storeDefaultNetwork(context.tx, context);
    for (const rule of await rulesOfGroup(context.tx, record, id)) {
      context.tx.delete(securityGroupRules, [account, region, rule.id]);
    }
    context.tx.delete(securityGroups, [account, region, id]);
    return { Return: true, GroupId: id };
  },
});

async function isInUse(tx: ReadTransaction, { account, region, id }: SecurityGroupRecord): Promise<boolean> {
  const rules = await listRules(tx, { account, region });
  if (rules.some(({ groupId, referencedGroup }) => referencedGroup?.groupId === id && groupId !== id))
    return true;
  const interfaces = await tx.list(networkInterfaces, { prefix: [account, region] });
  return interfaces.some(({ groupIds }) => groupIds.includes(id));
}
