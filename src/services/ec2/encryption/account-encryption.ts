/** EBS encryption by default: per account and region a switch and a key (aws-facts B11). */
import { type ReadTransaction, type Transaction, table } from '../../../store/store.ts';
import type { Home } from '../resource/kind.ts';

interface AccountEncryption extends Home {
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

export async function readAccountEncryption(tx: ReadTransaction, home: Home): Promise<AccountEncryption> {
  const { account, region } = home;
  return (await tx.get(accountEncryption, [account, region])) ?? { account, region, byDefault: false };
}

export async function changeAccountEncryption(
  tx: Transaction,
  home: Home,
  change: Partial<Omit<AccountEncryption, keyof Home>>,
): Promise<AccountEncryption> {
  const changed = { ...(await readAccountEncryption(tx, home)), ...change };
  tx.put(accountEncryption, changed);
  return changed;
}
