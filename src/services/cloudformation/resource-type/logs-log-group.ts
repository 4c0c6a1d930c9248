/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
import { type Json, type JsonObject, sameValue } from '../template/json.ts';
import { ResourceFailure } from './failure.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { changedTags, type Tag, tagsOf } from './tags.ts';

const tagMap = (tags: readonly Tag[]) => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** The property is a list, of one policy at most. */
function indexPolicyOf({ FieldIndexPolicies: policies = [] }: JsonObject): Json | undefined {
  const [policy, ...more] = policies as readonly Json[];
  if (more.length > 0) throw new ResourceFailure('FieldIndexPolicies must have no more than one policy');
  return policy;
}

export const logGroup: ResourceType = {
  name: 'AWS::Logs::LogGroup',
  nameProperty: 'LogGroupName',
  properties: {
    DataProtectionPolicy: { type: 'Json' },
    FieldIndexPolicies: { type: { list: 'Json' } },
    KmsKeyId: { type: 'String' },
    LogGroupClass: { type: 'String', change: 'refused' },
    LogGroupName: { type: 'String', change: 'replacement' },
    RetentionInDays: { type: 'Integer' },
    Tags: TAGS,
  },
  unserved: ['BearerTokenAuthenticationEnabled', 'DeletionProtectionEnabled', 'ResourcePolicyDocument'],
  attributes: ['Arn'],

  async create(ctx, properties) {
    const {
      DataProtectionPolicy: _protection,
      FieldIndexPolicies: _indexes,
      RetentionInDays: _retention,
      ...made
    } = properties;
    const logGroupName = (properties.LogGroupName as string) ?? ctx.physicalName(512);
    const request = {
      logGroupName,
      kmsKeyId: properties.KmsKeyId as string | undefined,
      logGroupClass: properties.LogGroupClass as 'STANDARD' | undefined,
      tags: tagMap(tagsOf(properties)),
    };
    await ctx.call('logs', 'CreateLogGroup', request);
    return { physicalId: logGroupName, made };
  },

  read: async ({ account, region }, { physicalId }) => ({
    Arn: `arn:aws:logs:${region}:${account}:log-group:${physicalId}:*`,
  }),

  async update({ call, account, region }, { physicalId: logGroupName, properties: from }, to) {
    if (!sameValue(from.RetentionInDays, to.RetentionInDays)) {
      const retentionInDays = to.RetentionInDays as number | undefined;
      if (retentionInDays === undefined) await call('logs', 'DeleteRetentionPolicy', { logGroupName });
      else await call('logs', 'PutRetentionPolicy', { logGroupName, retentionInDays });
    }
    if (!sameValue(from.KmsKeyId, to.KmsKeyId)) {
      const kmsKeyId = to.KmsKeyId as string | undefined;
      if (kmsKeyId === undefined) await call('logs', 'DisassociateKmsKey', { logGroupName });
      else await call('logs', 'AssociateKmsKey', { logGroupName, kmsKeyId });
    }
    const group = { logGroupIdentifier: logGroupName };
    if (!sameValue(from.DataProtectionPolicy, to.DataProtectionPolicy)) {
      const policyDocument = JSON.stringify(to.DataProtectionPolicy);
      if (to.DataProtectionPolicy === undefined) await call('logs', 'DeleteDataProtectionPolicy', group);
      else await call('logs', 'PutDataProtectionPolicy', { ...group, policyDocument });
    }
    const indexPolicy = indexPolicyOf(to);
    if (!sameValue(indexPolicyOf(from), indexPolicy)) {
      const policyDocument = JSON.stringify(indexPolicy);
      if (indexPolicy === undefined) await call('logs', 'DeleteIndexPolicy', group);
      else await call('logs', 'PutIndexPolicy', { ...group, policyDocument });
    }
    const resourceArn = `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
    const { removed, added } = changedTags(from, to);
    if (removed.length > 0) await call('logs', 'UntagResource', { resourceArn, tagKeys: removed });
    if (added.length > 0) await call('logs', 'TagResource', { resourceArn, tags: tagMap(added) });
  },

  async delete({ call }, { physicalId: logGroupName }) {
    await call('logs', 'DeleteLogGroup', { logGroupName });
  },
};
