/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import type { SecurityGroupRecord } from '../network-records.ts';
import { securityGroups } from '../networked.ts';
import { findDefaultVpc } from '../vpc/vpc.ts';
import { readRules, securityGroupFilters, securityGroupKind, showGroup } from './security-group.ts';

export default ec2.operation('DescribeSecurityGroups', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSecurityGroups') }),
  async execute(context, input) {
    const { tx } = context;
    const rulesOf = await readRules(tx, context);
    const list = async (): Promise<readonly SecurityGroupRecord[]> => {
      const groups = await securityGroups.list(tx, context);
      const { GroupNames: names } = input;
      if (!names || names.length === 0) return groups;
      // Names are looked up in the default VPC only.
      const vpc = await findDefaultVpc(tx, context);
      return names.map((name) => {
        const group = groups.find((each) => each.name === name && each.vpcId === vpc?.id);
        if (group) return group;
        throw new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist`);
      });
    };
    const page = await describeResources(tx, context, {
      kind: securityGroupKind,
      ids: input.GroupIds,
      idsName: 'groupIds',
      filters: input.Filters,
      fields: securityGroupFilters(rulesOf),
      page: input,
      list,
    });
    return {
      SecurityGroups: page.items.map((group) => showGroup(group, rulesOf)),
      NextToken: page.nextToken,
    };
  },
});
