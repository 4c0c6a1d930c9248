/** Why a resource is not among those that a statement names, for somebody who looks at both and does not see it. */
import { type Arn, parseArn } from '../../aws/arn.ts';
import { PATHS_DIFFER, principalDifference } from '../words/principal-difference.ts';
import { isLike } from './wanted-value.ts';

interface Asked {
  readonly action: string;
  readonly resource: string;
}

/** Behind the list of what the statement is about. */
export function resourceRemark(patterns: readonly string[], { action, resource }: Asked): string {
  if (patterns.some((pattern) => pattern.includes(':alias/')) && resource.includes(':key/')) {
    return OF_ALIASES.test(action)
      ? `: ${action} is asked of the alias and of the key, so that both have to be named`
      : ": an alias's ARN stands for the alias itself, never for its key. Name the key's ARN, or use kms:ResourceAliases in a condition";
  }
  const wanted = parseArn(resource);
  for (const pattern of patterns) {
    const other = parseArn(pattern);
    if (!wanted || !other || other.service !== wanted.service) continue;
    const remark = differenceOf(other, wanted, { pattern, resource });
    if (remark) return patterns.length > 1 ? remark.replace(/^, which/, `: "${pattern}"`) : remark;
  }
  const unnamed = wanted && typeNotNamed(patterns, wanted);
  if (unnamed)
    return `: none of them is ${article(unnamed)} ${unnamed}, and ${action} is asked of one as well`;
  return resource === '*' ? ': the action has no resource, so it needs "*"' : ', not this one';
}

const OF_ALIASES = /^kms:\w+Alias$/i;

function differenceOf(
  other: Arn,
  wanted: Arn,
  { pattern, resource }: { readonly pattern: string; readonly resource: string },
): string | undefined {
  if (other.partition !== wanted.partition)
    return `, which is of another partition (arn:${other.partition}:, and not arn:${wanted.partition}:)`;
  if (isLike(other.resource, wanted.resource)) {
    if (wanted.account === '' && other.account !== '')
      return `: the ARN of ${article(typeOf(wanted))} ${typeOf(wanted)} has no account, as in "arn:${wanted.partition}:${wanted.service}:${wanted.region}::${typeOf(wanted)}/*"`;
    if (!isLike(other.region, wanted.region)) return ', which is in another Region';
    if (!isLike(other.account, wanted.account)) return ', which belongs to another account';
  }
  if (other.resource === wanted.resource.split('/')[1]) return `, which lacks "${typeOf(wanted)}/"`;
  if (other.region !== wanted.region || other.account !== wanted.account) return undefined;
  if (principalDifference(pattern, resource) === PATHS_DIFFER) return `, which lacks the path of this one`;
  const separator = wanted.resource.startsWith(other.resource) && wanted.resource.at(other.resource.length);
  if (separator === ':' || separator === '/')
    return `, and not what is below it, which is "${pattern}${separator}*"`;
  if (/[:/]\*$/.test(other.resource) && other.resource.slice(0, -2) === wanted.resource)
    return ', which is what is below this one, and not it itself';
  return undefined;
}

const typeOf = ({ resource }: Arn): string => resource.split('/')[0] ?? '';
const article = (noun: string): string => (/^[aeiou]/.test(noun) ? 'an' : 'a');

/** A launch is asked of all that takes part in it (aws-facts B2): the type of which the statement names none. */
function typeNotNamed(patterns: readonly string[], wanted: Arn): string | undefined {
  const type = typeOf(wanted);
  const named = patterns.map((pattern) => parseArn(pattern)?.resource.split('/')[0] ?? '*');
  const isOpen = named.some((each) => each === type || /[*?]/.test(each));
  return wanted.service === 'ec2' && patterns.length > 1 && !isOpen ? type : undefined;
}
