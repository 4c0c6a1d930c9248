/** A group that lets everything out: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { CreateSecurityGroupRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources, ec2Arn } from '../../resource/arn.ts';
import { newId, ownResourceCheck } from '../../resource/kind.ts';
import { requireAtMost } from '../../resource/quota.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import type { SecurityGroupRecord } from '../network-records.ts';
import { securityGroupRules, securityGroups } from '../networked.ts';
import { requireDefaultVpc, vpcKind } from '../vpc/vpc.ts';
import { allowAll } from '../vpc-parts.ts';
import { securityGroupKind } from './security-group.ts';
import { securityGroupRuleKind } from './security-group-rule.ts';
import { requireFreeName } from './vpc-association.ts';

const ACTION = 'ec2:CreateSecurityGroup';
/** In a Region: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const MAX_GROUPS = 2500;

export default ec2.operation('CreateSecurityGroup', {
  async checks(context, input) {
    requireNames(input);
    const vpcId = input.VpcId ?? (await requireDefaultVpc(context.tx, context)).id;
    const { create, tag } = taggedCreationCheck(context, ACTION, securityGroupKind, input, {});
    return {
      group: create,
      vpc: await ownResourceCheck(context, vpcKind, ACTION, vpcId),
      tag,
    };
  },
  async preconditions(context, input, { vpc: { record: vpc } }) {
    const all = await securityGroups.list(context.tx, context);
    requireFreeName(all, input.GroupName, vpc.id);
    requireAtMost(MAX_GROUPS, all.length + 1, 'SecurityGroupLimitExceeded', 'security groups');
  },
  async execute(context, input, { group: { plan }, vpc }) {
    const { account, region, entropy, tx } = context;
    const group: SecurityGroupRecord = {
      account,
      region,
      id: newId(entropy, securityGroupKind.prefix),
      tags: plan.tags,
      vpcId: vpc.record.id,
      name: input.GroupName,
      description: input.Description,
    };
    await securityGroups.put(tx, group);
    await securityGroupRules.put(tx, {
      ...allowAll(true),
      account,
      region,
      id: newId(entropy, securityGroupRuleKind.prefix),
      tags: [],
      groupId: group.id,
      cidrIpv4: '0.0.0.0/0',
    });
    return {
      GroupId: group.id,
      Tags: group.tags.length > 0 ? [...group.tags] : undefined,
      SecurityGroupArn: ec2Arn(group, securityGroupKind.type, group.id),
    };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, securityGroupKind.type, [output?.GroupId]),
  },
});

const ALLOWED = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

function requireNames({ GroupName: name, Description: description }: CreateSecurityGroupRequest): void {
  const invalid = (member: string, value: string, reason: string) =>
    new AwsError('InvalidParameterValue', `Value (${value}) for parameter ${member} is invalid. ${reason}`);
  const allowed = `Valid values are strings of 1 to 255 characters of a-zA-Z0-9 ._-:/()#,@[]+=&;{}!$*`;
  if (!ALLOWED.test(name)) throw invalid('GroupName', name, allowed);
  if (!ALLOWED.test(description)) throw invalid('GroupDescription', description, allowed);
  if (name.startsWith('sg-')) {
    throw invalid('GroupName', name, 'Group names may not be in the format sg-*');
  }
  if (name.toLowerCase() === 'default') {
    throw new AwsError('InvalidParameterValue', `Cannot use reserved security group name: ${name}`);
  }
}
