/**
 * Takes a log group from under its KMS key: what comes from then on is not under it; to read what there is takes it still.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html
 */
import { logGroups } from '../group/group.ts';
import { groupCheck } from '../group/group-check.ts';
import { logs } from '../logs.ts';
import { encryptedGroup } from './encrypted-group.ts';

export default logs.operation('DisassociateKmsKey', {
  async checks(context, input) {
    return { group: await groupCheck(context, 'DisassociateKmsKey', encryptedGroup(context, input)) };
  },
  execute({ tx }, _input, { group: { record } }) {
    tx.put(logGroups, { ...record, kmsKeyArn: undefined });
    return {};
  },
});
