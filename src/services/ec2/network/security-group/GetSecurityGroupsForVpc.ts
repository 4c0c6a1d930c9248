/**
 * The security groups that may be given to interfaces of a VPC: its own, and those associated with it; none are shared here
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSecurityGroupsForVpc.html).
 */
import { describeResources } from '../../describe/describe.ts';
import { ec2 } from '../../ec2.ts';
import { resourceCheck } from '../../resource/kind.ts';
import { vpcsOfGroup } from '../network-records.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { securityGroupKind } from './security-group.ts';

export default ec2.operation('GetSecurityGroupsForVpc', {
  readOnly: true,
  checks: async (context, { VpcId }) => ({
    vpc: await resourceCheck(context, vpcKind, 'ec2:GetSecurityGroupsForVpc', VpcId),
  }),
  async execute(context, input, { vpc }) {
    const page = await describeResources(context.tx, context, {
      kind: securityGroupKind,
      ids: undefined,
      idsName: 'groupIds',
      filters: input.Filters,
      fields: {
        description: ({ description }) => description,
        'group-id': ({ id }) => id,
        'group-name': ({ name }) => name,
        'owner-id': ({ account }) => account,
        'primary-vpc-id': ({ vpcId }) => vpcId,
      },
      page: input,
      also: (group) => vpcsOfGroup(group).includes(vpc.record.id),
    });
    return {
      SecurityGroupForVpcs: page.items.map(({ id, name, description, account, vpcId, tags }) => ({
        GroupId: id,
        GroupName: name,
        Description: description,
        OwnerId: account,
        PrimaryVpcId: vpcId,
        Tags: [...tags],
      })),
      NextToken: page.nextToken,
    };
  },
});
