/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { pageOf } from '../../describe/page.ts';
import { ec2 } from '../../ec2.ts';
import { resourceCheck } from '../../resource/kind.ts';
import { entriesOf, latestVersion, type PrefixListEntry, prefixListKind } from './prefix-list.ts';

export default ec2.operation('GetManagedPrefixListEntries', {
  readOnly: true,
  async checks(context, { PrefixListId: id }) {
    return { list: await resourceCheck(context, prefixListKind, 'ec2:GetManagedPrefixListEntries', id) };
  },
  execute(_context, input, { list: { record } }) {
    const version = input.TargetVersion ?? latestVersion(record);
    const entries = entriesOf(record, version);
    if (!entries) {
      throw new AwsError(
        'PrefixListVersionNotFound',
        `The prefix list ${record.id} has no version ${version}.`,
      );
    }
    const page = pageOf([...entries].sort(byCidr), ({ cidr }) => cidr, input, { min: 1, max: 100 });
    return {
      Entries: page.items.map(({ cidr, description }) => ({ Cidr: cidr, Description: description })),
      NextToken: page.nextToken,
    };
  },
});

const byCidr = (one: PrefixListEntry, other: PrefixListEntry) => (one.cidr < other.cidr ? -1 : 1);
