/**
 * Makes a log group, which keeps its events for ever until a retention is set, under a KMS key where it is given one.
 * Tags are a permission of their own.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */
import { hex } from '../../../platform/identifiers.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { newGroupKey } from '../encryption/group-key.ts';
import { groupExists, notServed, reservedName } from '../errors.ts';
import { logs } from '../logs.ts';
import { withTags } from '../tag/tag.ts';
import { groupArn, logGroups } from './group.ts';
import { groupCheck } from './group-check.ts';

/** Of a group that only takes what is delivered on (aws-facts D7.2). */
const DELIVERY_RETENTION_DAYS = 2;

export default logs.operation('CreateLogGroup', {
  async checks(context, { logGroupName, tags }) {
    const conditions = () => requestTagConditions(tags);
    const group = await groupCheck(context, 'CreateLogGroup', logGroupName, conditions);
    const tagging = tags && (await groupCheck(context, 'TagResource', logGroupName, conditions));
    return {
      group: { ...group, missing: undefined },
      tagging: tagging && { ...tagging, missing: undefined },
    };
  },
  preconditions(_context, input, { group }) {
    if (/^aws\//i.test(input.logGroupName)) throw reservedName();
    if (input.deletionProtectionEnabled) throw notServed('deletionProtectionEnabled of log groups');
    if (group.record) throw groupExists();
  },
  calls: async (ctx, { logGroupName, kmsKeyId }) =>
    kmsKeyId === undefined ? undefined : newGroupKey(ctx, groupArn(ctx, logGroupName), kmsKeyId),
  execute({ tx, account, region, nowMs, entropy, caller }, input, _verdicts, key) {
    const { logGroupName, logGroupClass = 'STANDARD', tags = {} } = input;
    tx.put(logGroups, {
      account,
      region,
      name: logGroupName,
      groupId: hex(entropy, 16),
      createdAtMs: nowMs,
      tags: withTags({}, tags, caller),
      storedBytes: 0,
      ...(logGroupClass !== 'STANDARD' && { logGroupClass }),
      ...(logGroupClass === 'DELIVERY' && { retentionDays: DELIVERY_RETENTION_DAYS }),
      ...(key && { kmsKeyArn: key.keyArn, keys: [key] }),
      expires: false,
    });
    return {};
  },
});
