/**
 * Generated policies and requests that meet often: small alphabets of actions, resources, principals, keys and
 * values, so that a random statement speaks of a random request about as often as not.
 */
import fc from 'fast-check';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../../src/policy/decision.ts';
import type { Condition, Policy, Statement } from '../../src/policy/policy.ts';
import { unknownPolicy } from '../../src/policy/unknown.ts';

const A = '111111111111';
const B = '222222222222';
const KEY = `arn:aws:kms:us-east-1:${A}:key/k1`;

export const JOHN: PolicyPrincipal = {
  kind: 'user',
  account: '111122223333',
  arn: 'arn:aws:iam::111122223333:user/john',
  id: 'AIDA',
};

const principals: PolicyPrincipal[] = [
  { kind: 'root', account: A, arn: `arn:aws:iam::${A}:root` },
  { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/john`, id: 'AIDAJOHN' },
  { kind: 'user', account: B, arn: `arn:aws:iam::${B}:user/eve`, id: 'AIDAEVE' },
  ...[A, B].map(
    (account): PolicyPrincipal => ({
      kind: 'role-session',
      account,
      arn: `arn:aws:sts::${account}:assumed-role/app/s1`,
      id: 'AROAAPP:s1',
      roleArn: `arn:aws:iam::${account}:role/app`,
      roleId: 'AROAAPP',
      serviceLinked: false,
    }),
  ),
  {
    kind: 'role-session',
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/AWSServiceRoleForAutoScaling/s`,
    id: 'AROASLR:s',
    roleArn: `arn:aws:iam::${A}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    roleId: 'AROASLR',
    serviceLinked: true,
  },
  {
    kind: 'federated-user',
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/fred`,
    id: `${A}:fred`,
    issuerArn: `arn:aws:iam::${A}:user/john`,
    issuerId: 'AIDAJOHN',
  },
  { kind: 'service', service: 'ec2.amazonaws.com' },
  { kind: 'web-identity', provider: `arn:aws:iam::${A}:oidc-provider/idp` },
  { kind: 'anonymous' },
];

const principalValues = [
  { type: 'AWS', value: '*' },
  { type: 'Service', value: 'ec2.amazonaws.com' },
  { type: 'Service', value: '*' },
  { type: 'Federated', value: `arn:aws:iam::${A}:oidc-provider/idp` },
  ...[
    A,
    B,
    `arn:aws:iam::${A}:root`,
    `arn:aws:iam::${B}:root`,
    `arn:aws:iam::${A}:user/john`,
    'AIDAJOHN',
    `arn:aws:iam::${B}:user/eve`,
    `arn:aws:iam::${A}:role/app`,
    'AROAAPP',
    `arn:aws:sts::${A}:assumed-role/app/s1`,
    `arn:aws:sts::${A}:federated-user/fred`,
  ].map((value) => ({ type: 'AWS', value })),
] as { type: 'AWS'; value: string }[];

/** What grants are for, one of each kind. */
const grantActions = [
  'kms:Decrypt',
  'kms:CreateGrant',
  'kms:DescribeKey',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:ReEncryptTo',
];
const actions = [
  'kms:Decrypt',
  'kms:Decrypt',
  'kms:CreateGrant',
  ...grantActions.slice(3),
  'ec2:StartInstances',
];
const actionPatterns = [
  '*',
  '*',
  'kms:*',
  'kms:*',
  'KMS:decrypt',
  'kms:Create?rant',
  'ec2:Start*',
  'kms:D*t',
  'ec2:*s',
];
const resources = [
  KEY,
  `arn:aws:kms:us-east-1:${A}:key/k2`,
  `arn:aws:ec2:us-east-1:${A}:instance/i-1`,
  '*',
  `${KEY}:x`,
  `arn:aws:kms:us-east-2:1:${A}:1`,
];
const resourcePatterns = [
  '*',
  '*',
  '*',
  KEY,
  `arn:aws:kms:*:${A}:key/*`,
  `arn:aws:kms:us-east-?:${A}:key/k?`,
  'arn:aws:kms:*',
  'arn:aws:kms',
  'arn:aws:kms:us-east-1',
  'arn*',
  `*:${A}:key/k1`,
  `arn:aws:ec2:*:*:instance/i-*`,
  `arn:aws:kms:us-east-1:${A}:key/\${aws:username}`,
  `arn:aws:kms:us-east-1:${A}:key/\${aws:PrincipalTag/k, 'k1'}`,
  `arn:aws:kms:us*1:${A}:*1`,
];

/** Keys with the values that requests give them and operands of each family that meet those values. */
const texts = [
  'k1',
  '111111111111',
  '111111111111:key/k1',
  'K1',
  'k',
  '*',
  'k2?',
  '',
  'a:b',
  'aba',
  'ec2.us-east-1.amazonaws.com',
];
const textOperands = [
  'k1',
  'k*',
  '?1',
  'ab*ba',
  '*b?*',
  '*',
  `\${*}`,
  `\${aws:username}`,
  `\${aws:PrincipalTag/k, 'k1'}`,
  'ec2.*.amazonaws.com',
  '',
];
const numbers = ['1', '01.0', '+2', '-3.5', '-3.6', '3.55', '1e3', 'x', '99999999999999999999'];
const dates = ['2024-01-01T00:00:00Z', '2024-01-01', '1704067200', '2024-01-01T01:00:00+01:00', '2025', 'x'];
const addresses = [
  '10.0.0.1',
  '10.0.0.0/8',
  '::1',
  '2001:db8::/32',
  '2001:db8::5',
  '::ffff:10.0.0.1',
  '2001:db8::5/64',
  'x',
];
const arns = [
  KEY,
  `arn:aws:iam::${A}:user/john`,
  'arn:aws:iam::*:user/*',
  'arn:*:kms:*:*:key/k?',
  '*',
  'x',
  `arn:aws:iam::\${k}:user/john`,
  `arn:aws:kms:us-east-1:\${k}:key/k1`,
];
const booleans = ['true', 'false', 'TRUE', 'x'];
const binaries = ['QUJD', 'QUJE', 'x'];

const families: readonly { operators: readonly string[]; operands: readonly string[] }[] = [
  {
    operators: ['String', 'StringNot'].flatMap((o) => [`${o}Equals`, `${o}EqualsIgnoreCase`, `${o}Like`]),
    operands: textOperands,
  },
  {
    operators: ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (o) => `Numeric${o}`,
    ),
    operands: numbers,
  },
  {
    operators: ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (o) => `Date${o}`,
    ),
    operands: dates,
  },
  { operators: ['IpAddress', 'NotIpAddress'], operands: addresses },
  { operators: ['ArnLike', 'ArnNotLike', 'ArnEquals', 'ArnNotEquals'], operands: arns },
  { operators: ['Bool', 'Null'], operands: booleans.slice(0, 3) },
  { operators: ['BinaryEquals'], operands: binaries },
];
const allValues = [...texts, ...numbers, ...dates, ...addresses, ...arns, ...booleans, ...binaries];
export const keys = [
  'aws:username',
  'aws:PrincipalTag/k',
  'aws:TagKeys',
  'k',
  'kms:EncryptionContextKeys',
  'kms:EncryptionContext:a',
];

const condition: fc.Arbitrary<Condition> = fc.constantFrom(...families).chain(({ operators, operands }) =>
  fc.record(
    {
      operator: fc.constantFrom(...operators),
      set: fc.constantFrom('ForAllValues' as const, 'ForAnyValue' as const),
      ifExists: fc.boolean(),
      key: fc.constantFrom(...keys),
      values: fc.array(fc.constantFrom(...operands), { maxLength: 3 }),
    },
    { requiredKeys: ['operator', 'ifExists', 'key', 'values'] },
  ),
);

function listed(values: readonly string[]): fc.Arbitrary<{ not: boolean; patterns: string[] }> {
  return fc.record({
    not: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    patterns: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  });
}

function statement(withPrincipals: boolean): fc.Arbitrary<Omit<Statement, 'index'>> {
  return fc.record({
    line: fc.constant(1),
    effect: fc.oneof(
      { weight: 8, arbitrary: fc.constant('Allow' as const) },
      { weight: 1, arbitrary: fc.constant('Deny' as const) },
    ),
    actions: listed(actionPatterns),
    resources: listed(resourcePatterns),
    conditions: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(condition, { maxLength: 2 }) },
    ),
    ...(withPrincipals
      ? {
          principals: fc.record({
            not: fc.oneof(
              { weight: 5, arbitrary: fc.constant(false) },
              { weight: 1, arbitrary: fc.constant(true) },
            ),
            patterns: fc.array(fc.constantFrom(...principalValues), { minLength: 1, maxLength: 3 }),
          }),
        }
      : {}),
  });
}

export function policy(withPrincipals = false): fc.Arbitrary<NamedPolicy> {
  return fc
    .record({
      version: fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
      statements: fc.array(statement(withPrincipals), { minLength: 1, maxLength: 3 }),
    })
    .map(({ version, statements }) =>
      named({ version, statements: statements.map((s, index) => ({ ...s, index })), source: '' }),
    );
}

export function named(policy: Policy, name = 'p'): NamedPolicy {
  return { policy, name };
}

const contextPairs = fc.dictionary(fc.constantFrom('a', 'A', 'b'), fc.constantFrom('1', '2'), { maxKeys: 2 });
const sourceArn = fc.constantFrom(
  `arn:aws:ec2:us-east-1:${A}:volume/v1`,
  `arn:aws:ec2:us-east-1:${A}:volume/v2`,
);
const terms = {
  actions: fc.subarray(grantActions, { minLength: 1 }),
  sourceArn,
  encryptionContextEquals: contextPairs,
  encryptionContextSubset: contextPairs,
};

const grant: fc.Arbitrary<PolicyGrant> = fc.record(
  {
    grantId: fc.constantFrom('g1', 'g2'),
    grantee: fc.constantFrom(...principalValues.map(({ value }) => value)),
    issuingAccount: fc.constantFrom(A, B),
    ...terms,
  },
  { requiredKeys: ['grantId', 'grantee', 'issuingAccount', 'actions'] },
);

/** Ceilings mostly let everything through, or hardly any request would get past all of them. */
function ceiling(withPrincipals = false): fc.Arbitrary<NamedPolicy> {
  const everything: Statement = {
    index: 0,
    line: 1,
    effect: 'Allow',
    ...(withPrincipals ? { principals: { not: false, patterns: [{ type: 'AWS', value: '*' }] } } : {}),
    actions: { not: false, patterns: ['*'] },
    resources: { not: false, patterns: ['*'] },
    conditions: [],
  };
  const full = fc.constant(named({ version: '2012-10-17', statements: [everything], source: '' }, 'full'));
  return fc.oneof({ weight: 2, arbitrary: full }, { weight: 1, arbitrary: policy(withPrincipals) });
}

export const inputs: fc.Arbitrary<PolicyInputs> = fc.record(
  {
    identity: fc.array(policy(), { maxLength: 2 }),
    boundary: ceiling(),
    session: fc.array(ceiling(), { maxLength: 2 }),
    serviceControl: fc.array(fc.array(ceiling(), { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
    resourceControl: fc.array(fc.array(ceiling(true), { minLength: 1, maxLength: 2 }), { maxLength: 1 }),
    vpcEndpoint: ceiling(true),
    resourceRule: fc.constantFrom(
      'none' as const,
      'standard' as const,
      'kms' as const,
      'kms' as const,
      'trust' as const,
    ),
    resourcePolicy: policy(true),
    grants: fc.array(grant, { maxLength: 3 }),
  },
  { requiredKeys: ['identity', 'resourceRule'] },
);

export const request: fc.Arbitrary<AccessRequest> = fc
  .record({
    principal: fc.constantFrom(...principals),
    action: fc.constantFrom(...actions),
    resource: fc.constantFrom(...resources),
    resourceAccount: fc.constantFrom(A, A, A, B),
    values: fc.dictionary(
      fc.constantFrom(...keys),
      fc.array(fc.constantFrom(...allValues), { maxLength: 2 }),
      { maxKeys: 4 },
    ),
    context: contextPairs,
    source: fc.option(sourceArn, { nil: undefined }),
    child: fc.option(fc.record(terms, { requiredKeys: ['actions'] }), { nil: undefined }),
  })
  .map(({ values, context, source, child, ...rest }) => {
    const found = new Map(Object.entries(values).map(([key, list]) => [key.toLowerCase(), list]));
    if (source !== undefined) found.set('aws:sourcearn', [source]);
    for (const [key, value] of Object.entries(context))
      found.set(`kms:encryptioncontext:${key.toLowerCase()}`, [value]);
    if (Object.keys(context).length > 0) found.set('kms:encryptioncontextkeys', Object.keys(context));
    return {
      ...rest,
      condition: (key: string) => found.get(key),
      ...(child === undefined ? {} : { childGrant: child }),
    };
  });

/** Each policy is there, or not to be read, by the bits of a number. */
export function withoutPolicies(i: PolicyInputs, bits: number): PolicyInputs {
  let at = 0;
  const each = (policy: NamedPolicy) => {
    const isGone = (bits >> (at++ % 12)) & 1;
    return isGone ? unknownPolicy(`${policy.name} ${at}`, 'refused') : policy;
  };
  return {
    ...i,
    identity: i.identity.map(each),
    boundary: i.boundary && each(i.boundary),
    session: i.session?.map(each),
    serviceControl: i.serviceControl?.map((level) => level.map(each)),
    resourceControl: i.resourceControl?.map((level) => level.map(each)),
    vpcEndpoint: i.vpcEndpoint && each(i.vpcEndpoint),
    resourcePolicy: i.resourcePolicy && each(i.resourcePolicy),
    ...((bits >> 11) & 1 && { unknownGrants: { kind: 'grants', name: 'grants', why: 'refused' } as const }),
  };
}
