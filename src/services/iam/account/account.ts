/** What IAM keeps of an account as a whole: its alias, its password policy, its version of session tokens. */
import { type ReadTransaction, table } from '../../../store/store.ts';

export interface PasswordPolicyRecord {
  readonly minimumLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercase: boolean;
  readonly requireLowercase: boolean;
  readonly allowUsersToChange: boolean;
  readonly maxAgeDays?: number;
  readonly reusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export interface AccountSettings {
  readonly account: string;
  readonly alias?: string;
  readonly passwordPolicy?: PasswordPolicyRecord;
  /** Of STS's global endpoint; 1 where it was never set. */
  readonly globalTokenVersion?: 1 | 2;
}

/** Aliases are unique over all accounts: they name a sign-in page. */
export const accountSettings = table<AccountSettings>()({
  name: 'iam.accounts',
  key: ({ account }) => [account],
  indexes: { alias: ({ alias }) => (alias ? [[alias]] : []) },
});

export async function settingsOf(tx: ReadTransaction, account: string): Promise<AccountSettings> {
  return (await tx.get(accountSettings, [account])) ?? { account };
}
