/**
 * An organization, its units, and the policies that are attached in it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organization.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-organizationalunit.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-resourcepolicy.html
 */
import { asText } from '../../../aws/as-text.ts';
import { isObject, type Json, type JsonObject } from '../template/json.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';
import { changedTags, tagsOf } from './tags.ts';

async function updateTags({ call }: ResourceContext, ResourceId: string, from: JsonObject, to: JsonObject) {
  const { removed, added } = changedTags(from, to);
  if (removed.length > 0) await call('organizations', 'UntagResource', { ResourceId, TagKeys: removed });
  if (added.length > 0) await call('organizations', 'TagResource', { ResourceId, Tags: added });
}

export const organization: ResourceType = {
  name: 'AWS::Organizations::Organization',
  properties: { FeatureSet: { type: 'String', change: 'refused' } },
  attributes: [
    'Arn',
    'Id',
    'ManagementAccountArn',
    'ManagementAccountEmail',
    'ManagementAccountId',
    'RootId',
  ],

  async create({ call }, { FeatureSet = 'ALL' }) {
    const { Organization: made } = await call('organizations', 'CreateOrganization', {
      FeatureSet: FeatureSet as 'ALL',
    });
    return made?.Id as string;
  },

  async read({ call }) {
    const { Organization: found = {} } = await call('organizations', 'DescribeOrganization', {});
    const { Roots: [root] = [] } = await call('organizations', 'ListRoots', {});
    return {
      Arn: found.Arn ?? '',
      Id: found.Id ?? '',
      ManagementAccountArn: found.MasterAccountArn ?? '',
      ManagementAccountEmail: found.MasterAccountEmail ?? '',
      ManagementAccountId: found.MasterAccountId ?? '',
      RootId: root?.Id ?? '',
    };
  },

  async delete({ call }) {
    await call('organizations', 'DeleteOrganization', {});
  },
};

export const organizationalUnit: ResourceType = {
  name: 'AWS::Organizations::OrganizationalUnit',
  isUnmarked: true,
  properties: {
    Name: { type: 'String', required: true },
    ParentId: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
  },
  attributes: ['Arn', 'Id', 'Path'],

  async create({ call }, properties) {
    const { OrganizationalUnit: made } = await call('organizations', 'CreateOrganizationalUnit', {
      Name: properties.Name as string,
      ParentId: properties.ParentId as string,
      Tags: tagsOf(properties),
    });
    return made?.Id as string;
  },

  async read({ call }, { physicalId: OrganizationalUnitId }) {
    const { OrganizationalUnit: found } = await call('organizations', 'DescribeOrganizationalUnit', {
      OrganizationalUnitId,
    });
    return { Arn: found?.Arn ?? '', Id: OrganizationalUnitId, Path: found?.Path ?? '' };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    if (from.Name !== to.Name) {
      const Name = to.Name as string;
      const request = { OrganizationalUnitId: physicalId, Name };
      await ctx.call('organizations', 'UpdateOrganizationalUnit', request);
    }
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId: OrganizationalUnitId }) {
    await call('organizations', 'DeleteOrganizationalUnit', { OrganizationalUnitId });
  },
};

const contentOf = (content: Json | undefined) =>
  isObject(content ?? '') ? JSON.stringify(content) : asText(content ?? '');

const updateTargets = ({ call }: ResourceContext, PolicyId: string, from: JsonObject, to: JsonObject) =>
  updateSet(
    from.TargetIds,
    to.TargetIds,
    (TargetId) => call('organizations', 'AttachPolicy', { PolicyId, TargetId }),
    (TargetId) => call('organizations', 'DetachPolicy', { PolicyId, TargetId }),
  );

export const organizationPolicy: ResourceType = {
  name: 'AWS::Organizations::Policy',
  isUnmarked: true,
  properties: {
    Content: { type: 'Json', required: true },
    Description: { type: 'String' },
    Name: { type: 'String', required: true },
    Tags: TAGS,
    TargetIds: { type: strings },
    Type: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['Arn', 'AwsManaged', 'Id'],

  async create({ call }, properties) {
    const { TargetIds: _targets, ...made } = properties;
    const { Policy: policy } = await call('organizations', 'CreatePolicy', {
      Name: properties.Name as string,
      Type: properties.Type as 'SERVICE_CONTROL_POLICY',
      Content: contentOf(properties.Content),
      Description: (properties.Description as string | undefined) ?? '',
      Tags: tagsOf(properties),
    });
    return { physicalId: policy?.PolicySummary?.Id as string, made };
  },

  async read({ call }, { physicalId: PolicyId }) {
    const { Policy: { PolicySummary: found } = {} } = await call('organizations', 'DescribePolicy', {
      PolicyId,
    });
    return { Arn: found?.Arn ?? '', AwsManaged: found?.AwsManaged ?? false, Id: PolicyId };
  },

  async update(ctx, { physicalId: PolicyId, properties: from }, to) {
    await ctx.call('organizations', 'UpdatePolicy', {
      PolicyId,
      Name: to.Name as string,
      Content: contentOf(to.Content),
      Description: (to.Description as string | undefined) ?? '',
    });
    await updateTargets(ctx, PolicyId, from, to);
    await updateTags(ctx, PolicyId, from, to);
  },

  async delete(ctx, { physicalId: PolicyId, properties }) {
    await updateTargets(ctx, PolicyId, properties, {});
    await ctx.call('organizations', 'DeletePolicy', { PolicyId });
  },
};

/** There is one of an organization. */
export const organizationResourcePolicy: ResourceType = {
  name: 'AWS::Organizations::ResourcePolicy',
  isUnmarked: true,
  properties: { Content: { type: 'Json', required: true }, Tags: TAGS },
  attributes: ['Arn', 'Id'],

  async create({ call }, properties) {
    const { ResourcePolicy: made } = await call('organizations', 'PutResourcePolicy', {
      Content: contentOf(properties.Content),
      Tags: tagsOf(properties),
    });
    return made?.ResourcePolicySummary?.Id as string;
  },

  async read({ call }, { physicalId: Id }) {
    const { ResourcePolicy: found } = await call('organizations', 'DescribeResourcePolicy', {});
    return { Arn: found?.ResourcePolicySummary?.Arn ?? '', Id };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    await ctx.call('organizations', 'PutResourcePolicy', { Content: contentOf(to.Content) });
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }) {
    await call('organizations', 'DeleteResourcePolicy', {});
  },
};
