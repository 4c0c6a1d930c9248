/** How one condition that does not hold could be made to without another call: by a fact, by its value or operator. */
import { parseArn } from '../../aws/arn.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import { isListKey } from '../../policy/operators.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { unmeetable, valueMeant } from '../statements/possible-values.ts';
import { isLike, wantedValue } from '../statements/wanted-value.ts';
import { lastSegment } from '../words/names.ts';
import { type FactFix, resourceTag } from './resource-tag.ts';

export interface ValueFix {
  /** `put "ec2.us-east-1.amazonaws.com" beside the values of kms:ViaService` */
  readonly how: string;
  /** The condition block of the statement, with this one put right. */
  apply(conditions: Conditions): Conditions;
  /** What it is right for, where the call has no value. */
  readonly conditions?: ConditionValues;
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const lower = (key: string) => key.toLowerCase();
const hasWildcard = (value: string) => /[*?]/.test(value);

/** A tag or an alias that a policy speaks of, and that is not so. */
export function factFix(
  condition: ConditionTrace,
  { resource, principal }: AccessRequest,
): FactFix | undefined {
  const missing = missingPrincipalTag(condition);
  if (missing) return principalTag(principal, missing.key, missing.value);
  const wanted = wantedValue(condition);
  const value = wanted && !wanted.isExample ? wanted.value : undefined;
  const arn = parseArn(resource);
  if (value === undefined || !arn) return undefined;
  const [, tag] = /^aws:PrincipalTag\/(.+)$/i.exec(condition.key) ?? [];
  if (tag) return principalTag(principal, tag, value);
  const tagged = resourceTag(condition.key, value, resource);
  if (tagged) return tagged;
  const at = { account: arn.account, region: arn.region };
  if (lower(condition.key) === 'iam:permissionsboundary') return boundaryOf(resource, value);
  // Of the volumes of a launch; of a volume that is made alone, the request says it.
  if (lower(condition.key) === 'ec2:encrypted' && value === 'true') {
    return {
      how: `Turn on EBS encryption by default in ${arn.region}, or give Encrypted for each volume in BlockDeviceMappings`,
      target: `arn:aws:ec2:${arn.region}:${arn.account}:volume/*`,
      call: { ...at, service: 'ec2', operation: 'EnableEbsEncryptionByDefault', input: {} },
    };
  }
  const id = lastSegment(arn.resource);
  if (
    lower(condition.key) === 'kms:resourcealiases' &&
    value.startsWith('alias/') &&
    !condition.actual?.includes(value)
  ) {
    const input = { AliasName: value, TargetKeyId: resource };
    return {
      how: `Give key ${id} the alias ${value}`,
      target: resource,
      call: { ...at, service: 'kms', operation: 'CreateAlias', input },
    };
  }
  return undefined;
}

/** Of the user or the role that is to be changed. */
function boundaryOf(arn: string, PermissionsBoundary: string): FactFix | undefined {
  const [, account = '', noun, name = ''] = /:iam::(\d+):(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (noun === undefined) return undefined;
  const Noun = noun === 'user' ? 'User' : 'Role';
  const input = { [`${Noun}Name`]: name, PermissionsBoundary };
  const call = {
    service: 'iam',
    region: 'us-east-1',
    account,
    operation: `Put${Noun}PermissionsBoundary`,
    input,
  };
  return {
    how: `Give ${noun} ${name} the permissions boundary ${PermissionsBoundary} (which limits it from then on)`,
    target: arn,
    call,
  };
}

/** Where a value is that of a tag which the principal does not have: the one that the request's value asks for. */
function missingPrincipalTag({ expected, resolved, actual, operator }: ConditionTrace) {
  const [, key] = /^\$\{aws:PrincipalTag\/([^}]+)\}$/i.exec(expected[0] ?? '') ?? [];
  const isMissing = expected.length === 1 && resolved?.[0] === null && !/Not/.test(operator);
  const [value] = actual ?? [];
  return key !== undefined && value !== undefined && isMissing ? { key, value } : undefined;
}

function principalTag(
  principal: AccessRequest['principal'],
  Key: string,
  Value: string,
): FactFix | undefined {
  const at = { service: 'iam', region: 'us-east-1' };
  const Tags = [{ Key, Value }];
  if (principal.kind === 'user') {
    const UserName = lastSegment(principal.arn);
    return {
      how: `Tag user ${UserName} with ${Key}="${Value}"`,
      target: principal.arn,
      call: { ...at, account: principal.account, operation: 'TagUser', input: { UserName, Tags } },
    };
  }
  if (principal.kind === 'role-session' && !principal.serviceLinked) {
    const RoleName = lastSegment(principal.roleArn);
    return {
      how: `Tag role ${RoleName} with ${Key}="${Value}"`,
      target: principal.roleArn,
      call: { ...at, account: principal.account, operation: 'TagRole', input: { RoleName, Tags } },
    };
  }
  return undefined;
}

/** Keys that name more than the caller: another value would let many in who were kept out. */
const PERIMETER =
  /^(kms:CallerAccount|aws:Principal(Account|OrgID|OrgPaths)|aws:Source(Account|OrgID|OrgPaths|Vpc|Vpce|Ip)|aws:VpcSourceIp)$/i;

export function valueFix(condition: ConditionTrace): ValueFix | undefined {
  const { operator, key, actual, expected } = condition;
  // Both values of a Bool are no condition at all, a date beside another lets in from now on, and a value beside a variable
  // takes its rule away.
  if (!actual || actual.length === 0 || /Not|Null|Bool|Date/.test(operator)) return undefined;
  if (expected.some((value) => value.includes('${'))) return undefined;
  if (isListKey(lower(key)) && !operator.includes(':')) {
    return {
      how: `${key} has several values: the operator must be ForAnyValue:${operator}`,
      apply: (all) => withOperator(all, condition, `ForAnyValue:${operator}`),
    };
  }
  if (/^(For\w+:)?StringEquals/.test(operator) && expected.some(hasWildcard)) {
    const like = operator.replace('StringEquals', 'StringLike');
    if (expected.some((value) => actual.some((each) => isLike(value, each))))
      return {
        how: `a wildcard needs ${like} in place of ${operator}`,
        apply: (all) => withOperator(all, condition, like),
      };
  }
  // The next session has another name.
  if (lower(key) === 'aws:userid' && actual.some((value) => value.includes(':'))) return undefined;
  if (lower(key) === 'aws:useragent') return ofAnyVersion(condition, actual);
  // What no request has lets nobody in: it is written otherwise.
  const dead = deadValues(condition);
  const [value] = actual;
  const meant = dead.filter((written) => actual.length === 1 && valueMeant(key, written) === value);
  if (PERIMETER.test(key) && meant.length === 0) return undefined;
  return naming(condition, actual, meant.length > 0 ? meant : dead);
}

/**
 * The next release of a program names itself otherwise.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-useragent
 */
function ofAnyVersion(condition: ConditionTrace, [agent = '']: readonly string[]): ValueFix | undefined {
  const [, product] = /^([^/ ]+)\//.exec(agent) ?? [];
  return product && condition.operator.startsWith('StringLike')
    ? naming(condition, [`${product}/*`], [])
    : undefined;
}

const deadValues = ({ operator, key, expected }: ConditionTrace): string[] =>
  expected.filter((value) => unmeetable({ operator, key, expected: [value] }));

/** Of a call that nobody made, which has no value of the key: where what is written can only mean one that it may have. */
export function spelledRight(condition: ConditionTrace): ValueFix | undefined {
  const { key, actual } = condition;
  const meant = deadValues(condition).flatMap((written) => {
    const value = valueMeant(key, written);
    return actual || value === undefined ? [] : [{ written, value }];
  });
  const [first] = meant;
  if (!first) return undefined;
  const values = meant.map(({ value }) => value);
  const written = meant.map((each) => each.written);
  return { ...naming(condition, values, written), conditions: { [key]: first.value } };
}

function naming(condition: ConditionTrace, added: readonly string[], removed: readonly string[]): ValueFix {
  const { key } = condition;
  const quoted = (values: readonly string[]) => values.map((each) => `"${each}"`).join(', ');
  return {
    how:
      removed.length > 0
        ? `${key} must name ${quoted(added)} in place of ${quoted(removed)}`
        : `${key} must also name ${quoted(added)}`,
    apply: (all) => withValue(all, condition, added, removed),
  };
}

function keyIn(block: Readonly<Record<string, unknown>> | undefined, key: string): string | undefined {
  return Object.keys(block ?? {}).find((each) => lower(each) === lower(key));
}

function withOperator(all: Conditions, { operator, key }: ConditionTrace, replacement: string): Conditions {
  const block = all[operator];
  const name = keyIn(block, key);
  if (!block || !name) return all;
  const { [name]: values, ...rest } = block;
  const { [operator]: _, ...others } = all;
  return {
    ...others,
    ...(Object.keys(rest).length > 0 && { [operator]: rest }),
    [replacement]: { ...all[replacement], [name]: values },
  };
}

function withValue(
  all: Conditions,
  { operator, key }: ConditionTrace,
  added: readonly string[],
  removed: readonly string[],
): Conditions {
  const block = all[operator];
  const name = keyIn(block, key);
  if (!block || !name) return all;
  const kept = [block[name]].flat().filter((value) => !removed.includes(String(value)));
  const values = [...new Set([...kept, ...added])];
  const isOnly = removed.length > 0 && values.length === 1;
  return { ...all, [operator]: { ...block, [name]: isOnly ? values[0] : values } };
}
