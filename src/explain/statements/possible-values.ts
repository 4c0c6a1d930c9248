/**
 * Which values AWS gives a condition key, and conditions that ask for others: no request meets those, whatever they were written
 * for (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
import { parseArn } from '../../aws/arn.ts';
import { parseAddress } from '../../policy/ip.ts';
import { isListKey, parseOperator } from '../../policy/operators.ts';
import type { ValueForm } from '../../policy/witness-values.ts';
import type { ConditionFact } from '../words/condition-words.ts';
import { isPrivateRange } from './private-addresses.ts';
import { isLike } from './wanted-value.ts';

interface Form extends ValueForm {
  /** `the id of an account, 12 digits` */
  readonly what: string;
  readonly fix: string;
  /** The value that is meant by another which names it. */
  readonly meant?: (written: string) => string | undefined;
}

const WILD = /[*?]/;
const isArn = (value: string): boolean => value.startsWith('arn:') && !WILD.test(value);
const SOMEBODY = 'arn:aws:iam::000000000000:role/another';

const ACCOUNT: Form = {
  what: 'the id of an account, 12 digits',
  fix: 'Write the 12 digits alone.',
  is: (value) => /^\d{12}$/.test(value),
  fillings: Array.from({ length: 13 }, (_, digits) => '0'.repeat(digits)),
  others: ['000000000000', '999999999999'],
  meant: (written) => parseArn(written)?.account,
};

const ORGANIZATION: Form = {
  what: 'the id of an organization (o-…)',
  fix: 'Write the id of the organization alone; units are named by aws:PrincipalOrgPaths and its like, with ForAnyValue:StringLike.',
  is: (value) => /^o-[^/:*?]+$/.test(value),
  fillings: ['', 'x', 'o-x'],
  others: ['o-another'],
  meant: (written) => /^(o-[^/]+)\//.exec(written)?.[1],
};

const SOURCE_ADDRESS: Form = {
  what: 'an address of the internet',
  fix: 'Write IpAddress.',
  is: (value) => parseAddress(value) !== undefined && !isPrivateRange(value),
  fillings: ['1', '1.1', '1.1.1', '8.8.8.8', '1::1'],
  others: ['198.51.100.7', '2001:db8:5::7'],
};

const FORMS: ReadonlyMap<string, Form> = new Map([
  ['aws:sourceip', SOURCE_ADDRESS],
  ...['kms:calleraccount', 'aws:principalaccount', 'aws:sourceaccount', 'aws:vpceaccount'].map(
    (key) => [key, ACCOUNT] as const,
  ),
  ...['aws:principalorgid', 'aws:sourceorgid', 'aws:vpceorgid'].map((key) => [key, ORGANIZATION] as const),
  [
    'kms:viaservice',
    {
      what: 'a service with its Region (ec2.us-east-1.amazonaws.com)',
      fix: 'Write SERVICE.REGION.amazonaws.com.',
      is: (value) => /^[a-z0-9-]+\.[a-z]+(?:-[a-z]+)+-\d+\.amazonaws\.com$/.test(value),
      fillings: [
        'ec2',
        'us-east-1',
        'ec2.us-east-1',
        'us-east-1.amazonaws.com',
        'ec2.us-east-1.amazonaws.com',
      ],
      others: ['another.us-east-1.amazonaws.com'],
    },
  ],
  [
    'aws:principalarn',
    {
      what: 'the ARN of a user, a role or a root user, and of a session that of its role',
      fix: 'Write the ARN of the role, with its path: arn:aws:iam::ACCOUNT:role/NAME.',
      is: (value) => isArn(value) && !/:(?:assumed-role|group|instance-profile|policy)\//.test(value),
      fillings: ['', 'x', '0', 'arn:aws:iam::000000000000:role', SOMEBODY],
      others: [SOMEBODY],
    },
  ],
  [
    'aws:principaltype',
    {
      what: 'Account, User, AssumedRole, FederatedUser or Anonymous',
      fix: 'Write AssumedRole for sessions of roles, User for IAM users.',
      is: (value) => /^(?:Account|User|AssumedRole|FederatedUser|Anonymous)$/.test(value),
      fillings: ['', 'Role', 'User', 'Assumed', 'Federated', 'Account', 'AssumedRole', 'Anonymous'],
      others: ['Anonymous', 'Account', 'User'],
      meant: (written) => (written === 'Role' ? 'AssumedRole' : undefined),
    },
  ],
  [
    'aws:sourcearn',
    {
      what: 'an ARN',
      fix: 'Write the whole ARN; aws:SourceAccount takes an account.',
      is: isArn,
      fillings: ['', 'x', '0', 'arn:aws:other:us-east-1:000000000000:other/x'],
      others: ['arn:aws:other:us-east-1:000000000000:other/another'],
    },
  ],
  [
    'aws:sourcevpce',
    {
      what: 'the id of a VPC endpoint (vpce-…)',
      fix: 'Write the id of the endpoint; aws:SourceVpc takes that of a VPC.',
      is: (value) => /^vpce-[^*?]+$/.test(value),
      fillings: ['x', 'vpce-x'],
      others: ['vpce-another'],
    },
  ],
  [
    'aws:sourcevpc',
    {
      what: 'the id of a VPC (vpc-…)',
      fix: 'Write the id of the VPC; aws:SourceVpce takes that of an endpoint.',
      is: (value) => /^vpc-[^*?]+$/.test(value),
      fillings: ['x', 'vpc-x'],
      others: ['vpc-another'],
    },
  ],
  [
    'aws:userid',
    {
      what: 'the unique id of the caller',
      fix: 'Write StringLike in place of StringEquals.',
      is: (value) => !WILD.test(value),
      fillings: ['', 'x'],
      others: ['AIDAANOTHER', 'AROAANOTHER:another', ''],
    },
  ],
]);

/** Undefined for a key that may have any value. */
export const formOf = (lowerCaseKey: string): ValueForm | undefined => FORMS.get(lowerCaseKey);

/** What a value that no request has was to be: the account of a root user, the organization of a path. */
export const valueMeant = (key: string, written: string): string | undefined =>
  FORMS.get(key.toLowerCase())?.meant?.(written);

export interface Unmeetable {
  readonly why: string;
  readonly fix: string;
}

/** Of conditions that no request meets all of. */
export const noneMeets = (conditions: readonly ConditionFact[]): Unmeetable | undefined =>
  conditions.map(unmeetable).find(Boolean) ?? ofTwoWays(conditions);

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip */
function ofTwoWays(conditions: readonly ConditionFact[]): Unmeetable | undefined {
  const keys = conditions.filter(needsItsKey).map(({ key }) => key);
  const ofEndpoint = keys.find((key) => OF_ENDPOINTS.test(key));
  return ofEndpoint && keys.some((key) => /^aws:SourceIp$/i.test(key))
    ? {
        why: `only a call through a VPC endpoint has ${ofEndpoint}, and such a call has no aws:SourceIp`,
        fix: 'Write aws:VpcSourceIp in place of aws:SourceIp, or a statement for each of the two ways.',
      }
    : undefined;
}

const OF_ENDPOINTS = /^aws:(?:SourceVpc(?:e|Arn)?|VpcSourceIp|Vpce(?:Account|OrgID|OrgPaths))$/i;

/** Other operators hold of an absent key, too, and match whatever has none. */
function needsItsKey({ operator }: ConditionFact): boolean {
  const { name, set, ifExists } = parseOperator(operator) ?? { name: 'Null', ifExists: false };
  return !ifExists && set !== 'ForAllValues' && !/Not|Null/.test(name);
}

/** Of a condition that no request meets. */
export function unmeetable(condition: ConditionFact): Unmeetable | undefined {
  const { operator, key, expected } = condition;
  const { name = operator, set } = parseOperator(operator) ?? {};
  if (!needsItsKey(condition) || expected.length === 0) return undefined;
  const lower = key.toLowerCase();
  if (!set && isListKey(lower))
    return {
      why: `${key} is a list, which a plain ${name} never matches`,
      fix: `Write ForAnyValue:${name}.`,
    };
  const form = FORMS.get(lower);
  if (!form || expected.some((value) => value.includes('${') || isPossible(value, name, form)))
    return undefined;
  return unfitting({ operator: name, key, expected }, form);
}

/** Whether a value of the form meets it. */
function isPossible(written: string, operator: string, form: Form): boolean {
  if (operator === 'IpAddress') return form !== SOURCE_ADDRESS || !isPrivateRange(written);
  if (/^StringEquals/.test(operator)) return form.is(written);
  if (!/Like|^Arn/.test(operator)) return true;
  const made = form.fillings.map((any) => written.replaceAll('*', any).replaceAll('?', any.charAt(0) || 'x'));
  return [written, ...made, ...form.others].some((value) => form.is(value) && isLike(written, value));
}

function unfitting({ operator, key, expected }: ConditionFact, form: Form): Unmeetable {
  const all = expected.join(', ');
  if (/^StringEquals/.test(operator) && expected.every((value) => WILD.test(value)))
    return {
      why: `${key} has no value with a wildcard in it, and ${operator} takes * and ? literally`,
      fix: `Write StringLike in place of ${operator}.`,
    };
  if (form === SOURCE_ADDRESS && operator !== 'IpAddress' && expected.every((value) => value.includes('/')))
    return {
      why: `${key} is an address, and ${operator} does not take ${all} for a network`,
      fix: form.fix,
    };
  const are = expected.length > 1 ? 'are' : 'is';
  if (form === SOURCE_ADDRESS && expected.every(isPrivateRange))
    return {
      why: `${all} ${are} private, and AWS sees such an address only of a call through a VPC endpoint, as aws:VpcSourceIp`,
      fix: 'Write aws:VpcSourceIp in place of aws:SourceIp, or the public addresses of the network.',
    };
  return { why: `${key} is ${form.what}, which ${all} ${are} not`, fix: form.fix };
}
