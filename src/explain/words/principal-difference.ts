/** What ARNs of principals of one name do not have in common. */
import { parseArn } from '../../aws/arn.ts';
import { lastSegment } from './names.ts';

export const PATHS_DIFFER = 'the names are the same, but the paths differ';

export function principalDifference(named: string, own: string): string | undefined {
  const [one, other] = [parseArn(named), parseArn(own)];
  const [noun, ownNoun] = [one, other].map((arn) => arn?.resource.split('/')[0]);
  if (!one || !other || !named.includes('/') || lastSegment(named) !== lastSegment(own)) return undefined;
  if (one.partition !== other.partition)
    return `that is one of the same name in another partition (arn:${one.partition}:), and the caller's is arn:${other.partition}:`;
  if (one.account !== other.account)
    return `that is one of the same name in account ${one.account}, and the caller is of account ${other.account}`;
  if (noun !== ownNoun) return `that is a ${noun} of the same name, and the caller is a ${ownNoun}`;
  return one.resource === other.resource ? undefined : PATHS_DIFFER;
}
