/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import type { SecurityGroupRecord } from '../network-records.ts';
import { securityGroups } from '../networked.ts';
import { findDefaultVpc } from '../vpc/vpc.ts';
import { knownRules, securityGroupFilters, securityGroupKind, showGroup } from './security-group.ts';

export default ec2.operation('DescribeSecurityGroups', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSecurityGroups') }),
  async execute(context, input) {
    const { tx } = context;
    const list = async (): Promise<readonly SecurityGroupRecord[]> => {
      const { GroupNames: wanted } = input;
      const all = await securityGroups.list(tx, context);
      if (!wanted || wanted.length === 0) return all;
      // Names are looked up in the default VPC only.
      const vpc = await findDefaultVpc(tx, context);
      return wanted.map((name) => {
        const group = all.find((each) => each.name === name && each.vpcId === vpc?.id);
        if (group) return group;
        throw new AwsError(
          'InvalidGroup.NotFound',
          `The security group '${name}' does not exist${vpc ? ` in default VPC '${vpc.id}'` : ''}`,
        );
      });
    };
    const page = await describeResources(tx, context, {
      kind: securityGroupKind,
      ids: input.GroupIds,
      idsName: 'groupIds',
      filters: input.Filters,
      fields: securityGroupFilters(await knownRules(tx, context, input.Filters)),
      page: input,
      list,
    });
    const shown = page.items.map((group) => showGroup(tx, group));
    return { SecurityGroups: await Promise.all(shown), NextToken: page.nextToken };
  },
});
