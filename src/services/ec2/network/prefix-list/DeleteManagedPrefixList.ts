/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { routeTables, securityGroupRules } from '../networked.ts';
import { prefixListKind, prefixLists, showPrefixList } from './prefix-list.ts';

export default ec2.operation('DeleteManagedPrefixList', {
  async checks(context, { PrefixListId: id }) {
    return { list: await ownResourceCheck(context, prefixListKind, 'ec2:DeleteManagedPrefixList', id) };
  },
  async preconditions({ tx }, _input, { list: { record } }) {
    const rules = await securityGroupRules.list(tx, record);
    const tables = await routeTables.list(tx, record);
    const isUsed =
      rules.some(({ prefixListId }) => prefixListId === record.id) ||
      tables.some(({ routes }) => routes.some(({ destination }) => destination === record.id));
    if (!isUsed) return;
    throw new AwsError('PrefixListInUse', `The prefix list ${record.id} is in use.`);
  },
  execute({ tx }, _input, { list: { record } }) {
    tx.delete(prefixLists, [record.account, record.region, record.id]);
    return { PrefixList: showPrefixList(record, 'delete-in-progress') };
  },
});
