/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { changedEntries, prefixListKind, prefixLists, showPrefixList } from './prefix-list.ts';

export default ec2.operation('CreateManagedPrefixList', {
  checks(context, input) {
    const action = 'ec2:CreateManagedPrefixList';
    const { create, tag } = taggedCreationCheck(context, action, prefixListKind, input, {});
    return { list: create, tag };
  },
  preconditions(_context, { PrefixListName: name, AddressFamily: family, MaxEntries: max }) {
    if (/^com\.amazonaws/i.test(name)) {
      throw new AwsError('InvalidParameterValue', 'Prefix list names cannot start with com.amazonaws.');
    }
    if (family !== 'IPv4' && family !== 'IPv6') {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${family}) for parameter AddressFamily is invalid.`,
      );
    }
    if (max < 1) throw new AwsError('InvalidParameterValue', 'MaxEntries must be at least 1.');
  },
  async execute(context, input, { list: { plan } }) {
    const { account, region, tx } = context;
    const [made] = (await idsOfToken(tx, context, 'CreateManagedPrefixList', input)) ?? [];
    if (made) return { PrefixList: showPrefixList(await requireResource(tx, prefixListKind, context, made)) };
    const bare = { family: input.AddressFamily as 'IPv4' | 'IPv6', maxEntries: input.MaxEntries };
    const list = {
      account,
      region,
      id: newId(context.entropy, prefixListKind.prefix),
      tags: plan.tags,
      name: input.PrefixListName,
      ...bare,
      versions: [changedEntries(bare, [], input.Entries)],
    };
    tx.put(prefixLists, list);
    rememberToken(tx, context, 'CreateManagedPrefixList', input, [list.id]);
    return { PrefixList: showPrefixList(list, 'create-in-progress') };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, prefixListKind.type, [output?.PrefixList?.PrefixListId]),
  },
});
