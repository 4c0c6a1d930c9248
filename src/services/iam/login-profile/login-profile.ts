/** Console passwords of IAM users. Nothing signs in here; what is kept is what IAM's API tells and checks. */
import { scryptSync, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { LoginProfile } from '../../../shapes/generated/iam.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { settingsOf } from '../account/account.ts';
import { isGoodPassword } from '../account/password-policy.ts';
import { noSuchEntity } from '../errors.ts';
import type { UserRecord } from '../user/user.ts';

export interface LoginProfileRecord {
  readonly account: string;
  readonly userId: string;
  /** Base64 of salt and scrypt digest. */
  readonly passwordHash: string;
  readonly resetRequired: boolean;
  readonly createdAtMs: number;
}

export const loginProfiles = table<LoginProfileRecord>()({
  name: 'iam.login-profiles',
  key: ({ account, userId }) => [account, userId],
});

const SALT_BYTES = 16;
const COST = { N: 4096, r: 8, p: 1 };

export function hashPassword(password: string, entropy: Entropy): string {
  const salt = entropy.bytes(SALT_BYTES);
  return Buffer.concat([salt, scryptSync(password, salt, 32, COST)]).toString('base64');
}

export function isPassword(password: string, hash: string): boolean {
  const stored = Buffer.from(hash, 'base64');
  const digest = scryptSync(password, stored.subarray(0, SALT_BYTES), 32, COST);
  return timingSafeEqual(digest, stored.subarray(SALT_BYTES));
}

export async function requireGoodPassword(
  tx: ReadTransaction,
  account: string,
  password: string,
): Promise<void> {
  const { passwordPolicy } = await settingsOf(tx, account);
  if (!isGoodPassword(password, passwordPolicy)) {
    throw new AwsError(
      'PasswordPolicyViolation',
      'Password does not conform to the account password policy.',
    );
  }
}

export async function profileOf(tx: ReadTransaction, user: UserRecord): Promise<LoginProfileRecord> {
  const profile = await tx.get(loginProfiles, [user.account, user.id]);
  if (!profile) throw noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
  return profile;
}

export const shownLoginProfile = (profile: LoginProfileRecord, userName: string): LoginProfile => ({
  UserName: userName,
  CreateDate: profile.createdAtMs,
  PasswordResetRequired: profile.resetRequired,
});
