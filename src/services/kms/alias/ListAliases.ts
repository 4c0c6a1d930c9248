/**
 * Lists the aliases of the account in the Region, or of one key. The predefined aliases of AWS are there from the start
 * (Terraform looks for alias/aws/ebs here before it asks for the key).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
 */
import type { Scope } from '../../../aws/scope.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { Key, ReadTransaction } from '../../../store/store.ts';
import { PREDEFINED } from '../key/aws-managed-key.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { kms } from '../kms.ts';
import { pageOf, readPage } from '../page.ts';
import { aliasEntry, aliases, type ListedAlias } from './alias.ts';

const DEFAULT_LIMIT = 50;

export default kms.operation('ListAliases', {
  readOnly: true,
  async checks(context, { KeyId }) {
    const target = KeyId === undefined ? undefined : await resolveKey(context, KeyId);
    return { list: { ...accountCheck(context, 'kms:ListAliases'), record: target } };
  },
  async execute({ tx, account, region }, input, { list }) {
    const scope = { account, region };
    const read = async () => {
      const target = list.record;
      if (!target) {
        return readPage<ListedAlias>(input, DEFAULT_LIMIT, (range) => listed(tx, scope, range), placeOf);
      }
      // Aliases of other accounts are never listed (aws-facts A2.2).
      const names = target.account === account ? (target.key?.aliases ?? []) : [];
      const own = await Promise.all(names.map((name) => tx.get(aliases, [account, region, name])));
      return pageOf(input, DEFAULT_LIMIT, own as ListedAlias[], placeOf);
    };
    const { items, ...rest } = await read();
    return { Aliases: items.map(aliasEntry), ...rest };
  },
});

const placeOf = ({ account, region, name }: ListedAlias): Key => [account, region, name];

/** The account's aliases, with the predefined ones among them that have no key yet. */
async function listed(
  tx: ReadTransaction,
  { account, region }: Scope,
  range: { after?: Key; limit: number },
): Promise<ListedAlias[]> {
  const own: ListedAlias[] = await tx.list(aliases, { prefix: [account, region], ...range });
  const after = String(range.after?.[2] ?? '');
  for (const { alias: name } of PREDEFINED) {
    if (name <= after || (await tx.get(aliases, [account, region, name]))) continue;
    own.push({ account, region, name });
  }
  return own.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, range.limit);
}
