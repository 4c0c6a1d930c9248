/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html */
import type { Call } from '../../../invoke/context.ts';
import { isObject, type Json, type JsonObject, sameValue } from '../template/json.ts';
import { permissionOf, RULE_PROPERTIES } from './ec2-security-group-rule.ts';
import { updateTags } from './ec2-tags.ts';
import { unlessGone } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ExistingResource, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const rules = (direction: 'ingress' | 'egress') => ({
  type: { list: { object: RULE_PROPERTIES[direction] } },
});

export const securityGroup: ResourceType = {
  name: 'AWS::EC2::SecurityGroup',
  nameProperty: 'GroupName',
  properties: {
    GroupDescription: { type: 'String', required: true, change: 'replacement' },
    GroupName: { type: 'String', change: 'replacement' },
    SecurityGroupEgress: rules('egress'),
    SecurityGroupIngress: rules('ingress'),
    Tags: TAGS,
    VpcId: { type: 'String', change: 'replacement' },
  },
  attributes: ['GroupId', 'Id', 'VpcId'],

  conflict: ({ VpcId, SecurityGroupEgress: egress }) =>
    VpcId === undefined && egress !== undefined
      ? 'SecurityGroupEgress cannot be specified without VpcId'
      : undefined,

  async create(ctx, properties) {
    const { SecurityGroupEgress: _egress, SecurityGroupIngress: _ingress, ...made } = properties;
    const GroupName = (properties.GroupName as string) ?? ctx.physicalName(255);
    const { GroupId } = await ctx.call('ec2', 'CreateSecurityGroup', {
      GroupName,
      Description: properties.GroupDescription as string,
      VpcId: properties.VpcId as string | undefined,
      TagSpecifications: [{ ResourceType: 'security-group', Tags: tagsOf(properties) }],
    });
    // Without a VPC, one of the default VPC is known by its name, as groups were before there were VPCs (aws-facts H21).
    const physicalId = properties.VpcId === undefined ? GroupName : (GroupId as string);
    return { physicalId, made, attributes: { GroupId: GroupId as string } };
  },

  async read({ call }, resource) {
    const GroupId = groupIdOf(resource);
    const { SecurityGroups: [found] = [] } = await call('ec2', 'DescribeSecurityGroups', {
      GroupIds: [GroupId],
    });
    return { GroupId, Id: resource.physicalId, VpcId: found?.VpcId ?? '' };
  },

  async update(ctx, resource, to) {
    const { call } = ctx;
    const physicalId = groupIdOf(resource);
    const { properties: from } = resource;
    await changeRules(from.SecurityGroupIngress, to.SecurityGroupIngress, ingressCalls(call, physicalId));
    // A group that is given egress rules has no others: what EC2 makes with a group goes.
    const defaults = (properties: JsonObject) => properties.SecurityGroupEgress ?? [ALL_EGRESS];
    await changeRules(defaults(from), defaults(to), egressCalls(call, physicalId));
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, resource) {
    await call('ec2', 'DeleteSecurityGroup', { GroupId: groupIdOf(resource) });
  },
};

/** One that was imported is known by its id. */
const groupIdOf = ({ attributes, physicalId }: ExistingResource): string =>
  (attributes.GroupId ?? physicalId) as string;

const ALL_EGRESS: JsonObject = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };

interface RuleCalls {
  authorize(rule: JsonObject): Promise<unknown>;
  revoke(rule: JsonObject): Promise<unknown>;
}

const ingressCalls = (call: Call, GroupId: string): RuleCalls => ({
  authorize: (rule) =>
    call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permissionOf(rule)] }),
  revoke: (rule) =>
    call('ec2', 'RevokeSecurityGroupIngress', { GroupId, IpPermissions: [permissionOf(rule)] }),
});

const egressCalls = (call: Call, GroupId: string): RuleCalls => ({
  authorize: (rule) =>
    call('ec2', 'AuthorizeSecurityGroupEgress', { GroupId, IpPermissions: [permissionOf(rule)] }),
  revoke: (rule) =>
    call('ec2', 'RevokeSecurityGroupEgress', { GroupId, IpPermissions: [permissionOf(rule)] }),
});

async function changeRules(from: Json | undefined, to: Json | undefined, calls: RuleCalls): Promise<void> {
  const before = ((from ?? []) as readonly Json[]).filter(isObject);
  const after = ((to ?? []) as readonly Json[]).filter(isObject);
  for (const rule of before) {
    if (!after.some((each) => sameValue(each, rule))) await unlessGone(calls.revoke(rule));
  }
  for (const rule of after) if (!before.some((each) => sameValue(each, rule))) await calls.authorize(rule);
}
