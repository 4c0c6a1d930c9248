/**
 * The credential report: a line of CSV for the root user and for each user, written when it is asked for and kept for four
 * hours (aws-facts G5.10).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
import { accounts } from '../../../invoke/identity/account.ts';
import { DAY_MS, HOUR_MS } from '../../../platform/durations.ts';
import { rootArn } from '../../../policy/root-user.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { keysOf } from '../access-key/access-key.ts';
import { type KeyUse, lastUse } from '../access-key/last-use.ts';
import { settingsOf } from '../account/account.ts';
import { listAll } from '../identity/identity.ts';
import { loginProfiles } from '../login-profile/login-profile.ts';
import { devicesOf } from '../mfa-device/mfa-device.ts';
import { certificatesOf } from '../signing-certificate/signing-certificate.ts';
import { type UserRecord, userArn, users } from '../user/user.ts';

export interface CredentialReportRecord {
  readonly account: string;
  readonly generatedAtMs: number;
  readonly content: string;
}

export const credentialReports = table<CredentialReportRecord>()({
  name: 'iam.credential-reports',
  key: ({ account }) => [account],
});

const LIFETIME_MS = 4 * HOUR_MS;

export const isExpired = ({ generatedAtMs }: CredentialReportRecord, nowMs: number): boolean =>
  nowMs - generatedAtMs >= LIFETIME_MS;

const NONE = 'N/A';
const NOT_SUPPORTED = 'not_supported';

const keyColumns = (number: number) =>
  ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
    (column) => `access_key_${number}_${column}`,
  );
const certificateColumns = (number: number) => [`cert_${number}_active`, `cert_${number}_last_rotated`];

const COLUMNS: readonly string[] = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed'],
  ...['password_next_rotation', 'mfa_active', ...keyColumns(1), ...keyColumns(2)],
  ...[...certificateColumns(1), ...certificateColumns(2), 'additional_credentials_info'],
];

type Cell = string | boolean;

const timeOf = (ms: number | undefined) =>
  ms === undefined ? NONE : new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');

interface ReportedKey {
  readonly active: boolean;
  readonly createdAtMs: number;
  readonly use: KeyUse | undefined;
}

const keyCells = (key: ReportedKey | undefined): readonly Cell[] => [
  key?.active ?? false,
  timeOf(key?.createdAtMs),
  timeOf(key?.use?.atMs),
  key?.use?.region ?? NONE,
  key?.use?.service ?? NONE,
];

const certificateCells = (
  certificate: { readonly status: string; readonly uploadedAtMs: number } | undefined,
): readonly Cell[] => [certificate?.status === 'Active', timeOf(certificate?.uploadedAtMs)];

async function userLine(
  tx: ReadTransaction,
  user: UserRecord,
  maxAgeDays?: number,
): Promise<readonly Cell[]> {
  const profile = await tx.get(loginProfiles, [user.account, user.id]);
  const keys: ReportedKey[] = [];
  for (const { accessKeyId, status, createdAtMs } of await keysOf(tx, user)) {
    keys.push({ active: status === 'Active', createdAtMs, use: await lastUse(tx, accessKeyId) });
  }
  const [first, second] = await certificatesOf(tx, user);
  const rotatesAtMs = profile && maxAgeDays && profile.createdAtMs + maxAgeDays * DAY_MS;
  return [
    ...[user.name, userArn(user), timeOf(user.createdAtMs), profile !== undefined],
    // Nobody signs in here, so a password has never been used.
    ...[profile ? 'no_information' : NONE, timeOf(profile?.createdAtMs), timeOf(rotatesAtMs)],
    ...[(await devicesOf(tx, user)).length > 0, ...keyCells(keys[0]), ...keyCells(keys[1])],
    ...[...certificateCells(first), ...certificateCells(second), NONE],
  ];
}

/** The root user has the access key that was made with its account, and no password. */
async function rootLine(tx: ReadTransaction, account: string): Promise<readonly Cell[]> {
  const root = await tx.get(accounts, [account]);
  const key = root && {
    active: true,
    createdAtMs: root.createdAtMs,
    use: await lastUse(tx, root.rootAccessKeyId),
  };
  return [
    ...['<root_account>', rootArn(account), timeOf(root?.createdAtMs), false],
    ...[NONE, NOT_SUPPORTED, NOT_SUPPORTED, false, ...keyCells(key), ...keyCells(undefined)],
    ...[...certificateCells(undefined), ...certificateCells(undefined), NONE],
  ];
}

export async function reportOf(tx: ReadTransaction, account: string): Promise<string> {
  const { passwordPolicy } = await settingsOf(tx, account);
  const lines: (readonly Cell[])[] = [COLUMNS, await rootLine(tx, account)];
  for (const user of await listAll(tx, users, account)) {
    lines.push(await userLine(tx, user, passwordPolicy?.maxAgeDays));
  }
  // Of the characters of names, a comma alone has a meaning in CSV.
  const cell = (value: Cell) => (String(value).includes(',') ? `"${value}"` : String(value));
  return lines.map((line) => line.map(cell).join(',')).join('\n');
}
