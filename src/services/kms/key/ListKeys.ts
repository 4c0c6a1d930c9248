/**
 * Lists all keys of the account in the Region, in every state.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { kms } from '../kms.ts';
import { readPage } from '../page.ts';
import { keyArn, keys } from './key.ts';

const DEFAULT_LIMIT = 100;

export default kms.operation('ListKeys', {
  readOnly: true,
  checks: (context) => ({ list: accountCheck(context, 'kms:ListKeys') }),
  async execute({ tx, account, region }, input) {
    const { items, ...rest } = await readPage(
      input,
      DEFAULT_LIMIT,
      (range) => tx.list(keys, { prefix: [account, region], ...range }),
      keys.key,
    );
    return { Keys: items.map((key) => ({ KeyId: key.keyId, KeyArn: keyArn(key) })), ...rest };
  },
});
