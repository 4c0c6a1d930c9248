/**
 * A rule of a security group as a resource of its own, in one direction or the other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupingress.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupegress.html
 */
import type { Call } from '../../../invoke/context.ts';
import type { IpPermission } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { isNotFound } from './failure.ts';
import type { Properties, Property } from './properties.ts';
import type { ResourceType } from './resource-type.ts';

const TEXT: Property = { type: 'String' };
const NUMBER: Property = { type: 'Integer' };

const EITHER_WAY: Properties = {
  CidrIp: TEXT,
  CidrIpv6: TEXT,
  Description: TEXT,
  FromPort: NUMBER,
  IpProtocol: { type: 'String', required: true },
  ToPort: NUMBER,
};

export const RULE_PROPERTIES: Readonly<Record<'ingress' | 'egress', Properties>> = {
  ingress: {
    ...EITHER_WAY,
    SourcePrefixListId: TEXT,
    SourceSecurityGroupId: TEXT,
    SourceSecurityGroupName: TEXT,
    SourceSecurityGroupOwnerId: TEXT,
  },
  egress: { ...EITHER_WAY, DestinationPrefixListId: TEXT, DestinationSecurityGroupId: TEXT },
};

export function permissionOf(rule: JsonObject): IpPermission {
  const { IpProtocol, FromPort, ToPort } = rule;
  const Description = rule.Description as string | undefined;
  const groupId = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const prefixList = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  const [cidr, cidr6] = [rule.CidrIp, rule.CidrIpv6] as (string | undefined)[];
  const groupName = rule.SourceSecurityGroupName as string | undefined;
  return {
    IpProtocol: String(IpProtocol),
    FromPort: FromPort as number | undefined,
    ToPort: ToPort as number | undefined,
    IpRanges: cidr === undefined ? undefined : [{ CidrIp: cidr, Description }],
    Ipv6Ranges: cidr6 === undefined ? undefined : [{ CidrIpv6: cidr6, Description }],
    PrefixListIds:
      prefixList === undefined ? undefined : [{ PrefixListId: prefixList as string, Description }],
    UserIdGroupPairs:
      groupId === undefined && groupName === undefined
        ? undefined
        : [
            {
              GroupId: groupId as string | undefined,
              GroupName: groupName,
              UserId: rule.SourceSecurityGroupOwnerId as string | undefined,
              Description,
            },
          ],
  };
}

/** Every change but that of the description makes a new rule. */
const replacing = ({ Description, ...properties }: Properties): Properties => ({
  Description: Description as Property,
  ...Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, { ...property, change: 'replacement' }]),
  ),
});

const described = (SecurityGroupRuleId: string, { Description }: JsonObject) => ({
  SecurityGroupRuleDescriptions: [{ SecurityGroupRuleId, Description: Description as string | undefined }],
});

export const securityGroupIngress: ResourceType = {
  name: 'AWS::EC2::SecurityGroupIngress',
  properties: replacing({ ...RULE_PROPERTIES.ingress, GroupId: TEXT, GroupName: TEXT }),
  attributes: ['Id'],
  conflict: ({ GroupId, GroupName }) =>
    GroupId === undefined && GroupName === undefined ? 'Either GroupId or GroupName is required.' : undefined,

  async create({ call }, { GroupId, GroupName, ...rule }) {
    const { SecurityGroupRules: [made] = [] } = await call('ec2', 'AuthorizeSecurityGroupIngress', {
      GroupId: GroupId as string | undefined,
      GroupName: GroupName as string | undefined,
      IpPermissions: [permissionOf(rule)],
    });
    return made?.SecurityGroupRuleId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async update({ call }, { physicalId, properties: { GroupId, GroupName } }, to) {
    await call('ec2', 'UpdateSecurityGroupRuleDescriptionsIngress', {
      ...described(physicalId, to),
      GroupId: GroupId as string | undefined,
      GroupName: GroupName as string | undefined,
    });
  },

  async delete({ call }, { physicalId, properties: { GroupId, GroupName } }) {
    await call('ec2', 'RevokeSecurityGroupIngress', {
      GroupId: GroupId as string | undefined,
      GroupName: GroupName as string | undefined,
      SecurityGroupRuleIds: [physicalId],
    });
  },
};

export const securityGroupEgress: ResourceType = {
  name: 'AWS::EC2::SecurityGroupEgress',
  properties: replacing({ ...RULE_PROPERTIES.egress, GroupId: { type: 'String', required: true } }),
  attributes: ['Id'],

  async create({ call }, { GroupId, ...rule }) {
    await dropOwnRule(call, GroupId as string);
    const { SecurityGroupRules: [made] = [] } = await call('ec2', 'AuthorizeSecurityGroupEgress', {
      GroupId: GroupId as string,
      IpPermissions: [permissionOf(rule)],
    });
    return made?.SecurityGroupRuleId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async update({ call }, { physicalId, properties }, to) {
    await call('ec2', 'UpdateSecurityGroupRuleDescriptionsEgress', {
      ...described(physicalId, to),
      GroupId: properties.GroupId as string,
    });
  },

  async delete({ call }, { physicalId, properties }) {
    await call('ec2', 'RevokeSecurityGroupEgress', {
      GroupId: properties.GroupId as string,
      SecurityGroupRuleIds: [physicalId],
    });
  },
};

/**
 * The rule that EC2 gives a new group, which lets everything out, goes with the first one that a stack adds (aws-facts H35).
 * Rules beside it may be added at the same time.
 */
async function dropOwnRule(call: Call, GroupId: string): Promise<void> {
  const Filters = [{ Name: 'group-id', Values: [GroupId] }];
  const { SecurityGroupRules: rules = [] } = await call('ec2', 'DescribeSecurityGroupRules', { Filters });
  const own = rules.find(
    ({ IsEgress, IpProtocol, CidrIpv4, Description }) =>
      IsEgress && IpProtocol === '-1' && CidrIpv4 === '0.0.0.0/0' && Description === undefined,
  );
  if (!own) return;
  const SecurityGroupRuleIds = [own.SecurityGroupRuleId as string];
  await call('ec2', 'RevokeSecurityGroupEgress', { GroupId, SecurityGroupRuleIds }).catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}
