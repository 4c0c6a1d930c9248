/** EBS encryption by default: per account and region a switch and a key (aws-facts B11). */
import type { Scope } from '../../../aws/scope.ts';
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';

interface AccountEncryption extends Scope {
  readonly byDefault: boolean;
  /** What ModifyEbsDefaultKmsKeyId named; absent for `alias/aws/ebs`. */
  readonly defaultKeyId?: string;
  /** EC2's own note of the account's aws/ebs key, once it was made. */
  readonly managedKeyArn?: string;
}

const accountEncryption = table<AccountEncryption>()({
  name: 'ec2.account-encryption',
  key: ({ account, region }) => [account, region],
});

export async function readAccountEncryption(tx: ReadTransaction, scope: Scope): Promise<AccountEncryption> {
  const { account, region } = scope;
  return (await tx.get(accountEncryption, [account, region])) ?? { account, region, byDefault: false };
}

export async function changeAccountEncryption(
  tx: Transaction,
  scope: Scope,
  change: Partial<Omit<AccountEncryption, keyof Scope>>,
): Promise<AccountEncryption> {
  const changed = { ...(await readAccountEncryption(tx, scope)), ...change };
  tx.put(accountEncryption, changed);
  return changed;
}
