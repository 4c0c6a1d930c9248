/**
 * Who but its owner may launch from an image: accounts, everybody, and all accounts of an organization or under one of its units,
 * however deep (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html).
 */
import type { ReadTransaction } from '../../../store/store.ts';
import type { Viewer } from '../resource/kind.ts';

/** What a launch permission names stands in the record as it was given; ids alone say whom it is for. */
export const sharedKey = (name: string): string => /:(?:organization|ou)\/(.+)$/.exec(name)?.[1] ?? name;

/** The keys of all permissions that let an account in: its own id first, then those of its organization. */
export async function keysOfAccount(tx: ReadTransaction, { account, ports }: Viewer): Promise<string[]> {
  const path = (await ports?.guardrails.over(tx, account))?.membership.path;
  // Of a real account whose place nobody read there are the permissions of its own alone.
  if (typeof path !== 'string') return [account];
  const [organization = '', , ...units] = path.split('/').filter(Boolean);
  return [account, organization, ...units.map((unit) => `${organization}/${unit}`)];
}
