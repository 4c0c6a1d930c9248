/**
 * The checks that a policy document goes through when it is stored, each a function from the document to AWS's
 * sentence for the first statement that breaks it. dialects.ts says which kind of policy makes which, in order.
 */
import { ARN_PARTS } from './arn-pattern.ts';
import { MalformedPolicy, type RawDocument, type RawStatement } from './document.ts';
import { hasIpv6HostBits, parseNetwork } from './ip.ts';
import { allDigits, parseBinary, parseDate, parseDecimal } from './literals.ts';
import { OPERATORS, type OperatorFamily, parseOperator } from './operators.ts';
import { parseTemplate } from './template.ts';

/** Throws `MalformedPolicy` where the document breaks the rule. */
export type Check = (document: RawDocument) => void;

/** A check of each statement: `broken` says whether it breaks the rule, or gives the sentence itself. */
export function eachStatement(
  broken: (statement: RawStatement, document: RawDocument) => boolean | string | undefined,
  message = '',
): Check {
  return (document) => {
    for (const statement of document.statements ?? []) {
      const verdict = broken(statement, document);
      if (verdict === false || verdict === undefined) continue;
      throw new MalformedPolicy(verdict === true ? message : verdict, statement.line);
    }
  };
}

export function wholeDocument(broken: (document: RawDocument) => boolean, message: string): Check {
  return (document) => {
    if (broken(document)) throw new MalformedPolicy(message);
  };
}

export const hasNoStatement = (document: RawDocument): boolean => !document.statements?.length;
export const hasUnknownVersion = ({ version }: RawDocument): boolean =>
  version !== undefined && version !== '2012-10-17' && version !== '2008-10-17';
export const isNot2012 = ({ version }: RawDocument): boolean => version !== '2012-10-17';

export function repeatsSid(document: RawDocument): boolean {
  const sids = (document.statements ?? []).flatMap(({ sid }) => (sid ? [sid] : []));
  return new Set(sids).size < sids.length;
}

export const namesBothForms = (statement: RawStatement): boolean =>
  (statement.action !== undefined && statement.notAction !== undefined) ||
  (statement.resource !== undefined && statement.notResource !== undefined) ||
  (statement.principal !== undefined && statement.notPrincipal !== undefined);

export const hasUnknownEffect = ({ effect }: RawStatement): boolean =>
  effect !== 'Allow' && effect !== 'Deny';
/** IAM's grammar takes `allow`; only its second, older parser refuses it. */
export const hasUnreadableEffect = ({ effect }: RawStatement): boolean =>
  effect === undefined || !['allow', 'deny'].includes(effect.toLowerCase());

export const lacksActions = (statement: RawStatement): boolean =>
  !(statement.action ?? statement.notAction)?.length;
export const lacksResources = (statement: RawStatement): boolean =>
  !(statement.resource ?? statement.notResource)?.length;
export const namesPrincipal = (statement: RawStatement): boolean =>
  statement.principal !== undefined || statement.notPrincipal !== undefined;

export function hasNonAlphanumericSid({ sid = '' }: RawStatement): boolean {
  for (let i = 0; i < sid.length; i++) {
    const code = sid.charCodeAt(i);
    if (!isLetterOrDigit(code)) return true;
  }
  return false;
}

function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

export const hasUnknownOperator = ({ conditions }: RawStatement): boolean =>
  conditions.some(({ operator, key }) => parseOperator(operator) === undefined || key === '');

/** The trust dialect alone names the operator. */
export function operatorProblem({ conditions }: RawStatement): string | undefined {
  const unknown = conditions.find(({ operator }) => parseOperator(operator) === undefined);
  return unknown && `Invalid Condition type : ${unknown.operator}`;
}

/** AWS's sentence for an action that is neither `*` nor `vendor:Name`. */
export function actionProblem(statement: RawStatement): string | undefined {
  for (const action of statement.action ?? statement.notAction ?? []) {
    if (action === '*') continue;
    const parts = action.split(':');
    if (parts.length === 1)
      return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
    if (parts.length > 2) return 'Actions/Condition can contain only one colon.';
    const vendor = parts[0] as string;
    if (vendor !== '*' && !isVendor(vendor)) return `Vendor ${vendor} is not valid`;
  }
  return undefined;
}

function isVendor(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isLetterOrDigit(code) && text[i] !== '-' && text[i] !== '.') return false;
  }
  return text !== '';
}

const PARTITIONS = new Set([
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
]);

/** AWS's sentence for a resource that is neither `*` nor an ARN of a known partition. */
export function resourceProblem(statement: RawStatement): string | undefined {
  for (const resource of statement.resource ?? statement.notResource ?? []) {
    if (resource === '*') continue;
    if (!resource.includes(':')) return `Resource ${resource} must be in ARN format or "*".`;
    const [, partition = '', ...rest] = resource.split(':');
    if (!isKnownPartition(partition)) {
      const fields = [rest[0] ?? '*', rest[1] ?? '*', rest[2] ?? '*', rest.slice(3).join(':') || '*'];
      return `Partition "${partition}" is not valid for resource "arn:${partition}:${fields.join(':')}".`;
    }
    if (rest.length === 0) return 'Resource vendor must be fully qualified and cannot contain regexes.';
    if (rest[0] === 's3' && rest[1] && !hasWildcard(rest[1])) {
      return `Resource ${resource} can not contain region information.`;
    }
    const problem = rest[0] === 'iam' ? iamResourceProblem(resource, rest) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const IAM_PATHS = [
  'user/',
  'federated-user/',
  'role/',
  'group/',
  'instance-profile/',
  'mfa/',
  'server-certificate/',
  'policy/',
  'sms-mfa/',
  'saml-provider/',
  'oidc-provider/',
  'report/',
  'access-report/',
];

/** IAM knows its own resources better than those of others. */
function iamResourceProblem(
  resource: string,
  [, region = '', , ...path]: readonly string[],
): string | undefined {
  if (region !== '' && region !== '*') return `IAM resource ${resource} cannot contain region information.`;
  const name = path.join(':');
  const noun = name.slice(0, name.indexOf('/') + 1);
  // The root user of an account, as sts:AssumeRoot and control policies name it.
  if (name === 'root') return undefined;
  if (path.length === 0 || hasWildcard(noun || name) || IAM_PATHS.includes(noun)) return undefined;
  return `IAM resource path must either be "*" or start with ${IAM_PATHS.join(', ')}.`;
}

const hasWildcard = (text: string): boolean => text.includes('*') || text.includes('?');

/** What IAM's second parser refuses with one sentence: ARN fields out of shape, values that fit no operator. */
export function failsLegacyParsing(statement: RawStatement, document: RawDocument): boolean {
  const variables = document.version === '2012-10-17';
  const resources = statement.resource ?? statement.notResource ?? [];
  return (
    hasUnknownEffect(statement) ||
    resources.some((resource) => failsArnParsing(resource, variables)) ||
    statement.conditions.some((condition) => failsConditionParsing(condition, variables))
  );
}

function failsArnParsing(resource: string, variables: boolean): boolean {
  // What is no ARN at all has a sentence of its own (resourceProblem), which AWS gives later.
  if (resource === '*' || !resource.includes(':')) return false;
  if (parseTemplate(resource, { variables, wildcards: true }) === undefined) return true;
  const parts = resource.split(':');
  // An unknown partition has a sentence of its own, too, unless an ARN lacks its service.
  if (!isKnownPartition(parts[1] ?? '')) return parts[0] === 'arn' && parts[1] !== '' && parts[2] === '';
  if (parts[0] !== 'arn') return true;
  if (parts.length < 3) return false;
  // A shorter ARN passes (and is completed, resources.ts), but not one with an empty field.
  if (isIncompleteArn(resource) && resource.includes('::')) return true;
  return (
    parts[2] === '' ||
    parts.slice(0, 5).some((part) => part.includes('${')) ||
    !isAccountField(parts[4] ?? '*')
  );
}

const isKnownPartition = (text: string): boolean => PARTITIONS.has(text) || hasWildcard(text);

/** One that names a service, and not all parts that follow. */
function isIncompleteArn(resource: string): boolean {
  const { 0: prefix, 1: partition = '', length } = resource.split(':');
  return prefix === 'arn' && isKnownPartition(partition) && length > 2 && length < ARN_PARTS;
}

/** Twelve digits, nothing, `aws`, or a wildcard. */
function isAccountField(text: string): boolean {
  if (text === '' || text === 'aws') return true;
  if (hasWildcard(text)) return allDigits(text.replaceAll('*', '').replaceAll('?', ''));
  return text.length === 12 && allDigits(text);
}

const isBoolean = (text: string): boolean => ['true', 'false'].includes(text.toLowerCase());

/** Whether a condition value is one that the operators of the family can read. */
const READABLE: Readonly<Record<OperatorFamily, (text: string) => boolean>> = {
  string: () => true,
  numeric: (text) => parseDecimal(text) !== undefined,
  date: (text) => parseDate(text) !== undefined,
  bool: isBoolean,
  binary: (text) => parseBinary(text) !== undefined,
  ip: (text) => {
    const network = parseNetwork(text);
    return network !== undefined && !hasIpv6HostBits(network);
  },
  arn: (text) => text === '*' || (text.split(':').length >= 6 && text.startsWith('arn:')),
  null: isBoolean,
};

function failsConditionParsing(
  { operator, values }: RawStatement['conditions'][number],
  variables: boolean,
): boolean {
  const known = OPERATORS.get(parseOperator(operator)?.name ?? '');
  if (known === undefined) return true;
  return values.some((value) => {
    if (known.variables && variables && value.includes('${')) {
      return parseTemplate(value, { variables, wildcards: true }) === undefined;
    }
    return !READABLE[known.family](value);
  });
}

/** What STS still refuses in a session policy, where it lets unreadable numbers, dates, networks and ARNs pass. */
export function failsSessionParsing(statement: RawStatement, document: RawDocument): boolean {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html: in session policies none is completed.
  if ((statement.resource ?? statement.notResource ?? []).some(isIncompleteArn)) return true;
  const lenient = new Set<OperatorFamily>(['numeric', 'date', 'ip', 'arn']);
  const strict = statement.conditions.filter(
    ({ operator }) => !lenient.has(OPERATORS.get(parseOperator(operator)?.name ?? '')?.family ?? 'string'),
  );
  return failsLegacyParsing({ ...statement, conditions: strict }, document);
}

/** aws-facts A3.7: a set operator that is true when the key is absent would make these conditions mean nothing. */
const FORBIDDEN_FOR_ALL_VALUES = [
  {
    prefix: 'kms:encryptioncontext:',
    fault: 'OverlyPermissiveCondition:EncryptionContext',
    what: 'encryption context',
  },
  { prefix: 'aws:requesttag/', fault: 'OverlyPermissiveCondition', what: 'tag' },
];

export function permissiveProblem({ conditions }: RawStatement): string | undefined {
  const [broken] = conditions.flatMap(({ operator, key }) =>
    operator.startsWith('ForAllValues:')
      ? FORBIDDEN_FOR_ALL_VALUES.filter(({ prefix }) => key.toLowerCase().startsWith(prefix))
      : [],
  );
  return (
    broken &&
    `${broken.fault}: Using the ForAllValues set operator with a single-valued condition key matches requests without the ` +
      `specified ${broken.what} or with an unspecified ${broken.what}. To fix, remove ForAllValues.`
  );
}
