/**
 * Puts a log group under a KMS key: what comes from then on is under it, and what there is stays as it is.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
 */
import { groupArn, logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { encryptedGroup } from './encrypted-group.ts';
import { newGroupKey } from './group-key.ts';

export default logs.operation('AssociateKmsKey', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'AssociateKmsKey', encryptedGroup(context, input)) };
  },
  calls: (ctx, { kmsKeyId }, { group }) => newGroupKey(ctx, groupArn(ctx, group.record.name), kmsKeyId),
  execute({ tx }, _input, { group: { record } }, key) {
    tx.put(logGroups, { ...record, kmsKeyArn: key.keyArn, keys: [...(record.keys ?? []), key] });
    return {};
  },
});
