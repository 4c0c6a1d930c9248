/**
 * Lists the aliases of the account in the Region, or of one key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
 */
import { accountCheck } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { kms } from '../kms.ts';
import { pageOf, readPage } from '../page.ts';
import { type AliasRecord, aliasEntry, aliases } from './alias.ts';

const DEFAULT_LIMIT = 50;

export default kms.operation('ListAliases', {
  readOnly: true,
  async checks(context, { KeyId }) {
    const target = KeyId === undefined ? undefined : await resolveKey(context, KeyId);
    return { list: { ...accountCheck(context, 'ListAliases'), record: target } };
  },
  async execute({ tx, account, region }, input, { list }) {
    const read = async () => {
      const target = list.record;
      if (!target) {
        return readPage(
          input,
          DEFAULT_LIMIT,
          (range) => tx.list(aliases, { prefix: [account, region], ...range }),
          aliases.key,
        );
      }
      // Aliases of other accounts are never listed (aws-facts A2.2).
      const names = target.account === account ? (target.key?.aliases ?? []) : [];
      const own = await Promise.all(names.map((name) => tx.get(aliases, [account, region, name])));
      return pageOf(input, DEFAULT_LIMIT, own as AliasRecord[], aliases.key);
    };
    const { items, ...rest } = await read();
    return { Aliases: items.map(aliasEntry), ...rest };
  },
});
