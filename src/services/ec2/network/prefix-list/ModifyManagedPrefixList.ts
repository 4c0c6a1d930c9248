/** Changed entries are another version: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import {
  changedEntries,
  currentEntries,
  latestVersion,
  prefixListKind,
  prefixLists,
  showPrefixList,
  withVersion,
} from './prefix-list.ts';

export default ec2.operation('ModifyManagedPrefixList', {
  unserved: ['IpamPrefixListResolverSyncEnabled'],
  async checks(context, { PrefixListId: id }) {
    return { list: await ownResourceCheck(context, prefixListKind, 'ec2:ModifyManagedPrefixList', id) };
  },
  preconditions(_context, { CurrentVersion: version }, { list: { record } }) {
    if (version === undefined || version === latestVersion(record)) return;
    throw new AwsError('PrefixListVersionMismatch', 'The prefix list has the incorrect version number.');
  },
  execute(context, input, { list: { record } }) {
    const { AddEntries: added, RemoveEntries: removed, MaxEntries: max } = input;
    const maxEntries = max ?? record.maxEntries ?? 1;
    const entries = changedEntries({ ...record, maxEntries }, currentEntries(record), added, removed);
    const isOther = (added?.length ?? 0) + (removed?.length ?? 0) > 0;
    const list = {
      ...(isOther ? withVersion(record, entries) : record),
      maxEntries,
      name: input.PrefixListName ?? record.name,
      isModified: true,
    };
    context.tx.put(prefixLists, list);
    return { PrefixList: showPrefixList(list, 'modify-in-progress') };
  },
});
