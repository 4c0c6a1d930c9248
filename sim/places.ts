/** Who calls, and where: two accounts, one of them in two Regions. */
import type { Identity } from '../src/invoke/caller.ts';

export interface Place {
  readonly region: string;
  readonly identity: Identity;
}

const root = (account: string): Identity => ({
  principal: { kind: 'root', account, arn: `arn:aws:iam::${account}:root` },
  account,
  accessKeyId: `AKIASIMULATED00000${account.slice(-2)}`,
});

const US = 'us-east-1';
const EUROPE = 'eu-west-1';
export const ACCOUNTS = ['123456789012', '210987654321'] as const;
const [ours, theirs] = ACCOUNTS;

/** Where nothing else is said: the account's root in its first Region. */
export const HOME: Place = { region: US, identity: root(ours) };

export const PLACES: readonly Place[] = [
  HOME,
  { region: EUROPE, identity: root(ours) },
  { region: US, identity: root(theirs) },
];
