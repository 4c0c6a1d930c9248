/**
 * Calls that a ceiling refuses: a boundary, a session's policy, a guardrail, the policy of a VPC endpoint. Of a real account their
 * records have AWS's sentence, and next to nothing of the request.
 */
import { encrypt } from '../calls.ts';
import type { Call, Situation, Statement, Thing } from '../situation.ts';
import { DELEGATION, may, mayNot } from '../statements.ts';

const putPolicy = (as: string, more: Partial<Call> = {}): Call => ({
  as,
  call: 'iam:PutRolePolicy',
  with: { RoleName: 'App', PolicyName: 'more', PolicyDocument: [may('s3:*')] },
  ...more,
});
const shop = { StringEquals: { 'kms:EncryptionContext:app': 'shop' } };
const sparing = (name: string) => ({ ArnNotLikeIfExists: { 'aws:PrincipalArn': `<${name}>` } });
const unit: Thing = { unit: 'Prod', accounts: ['home'] };
const serviceControl = (name: string, statement: Statement): Thing => ({
  guardrail: name,
  on: 'Prod',
  type: 'service control policy',
  policy: [statement],
});
const endpoint = (PolicyDocument: readonly Statement[]): readonly Thing[] => [
  { as: 'root', call: 'ec2:CreateVpc', with: { CidrBlock: '10.7.0.0/16' }, name: 'vpc' },
  {
    as: 'root',
    call: 'ec2:CreateVpcEndpoint',
    with: {
      VpcId: '<vpc>',
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.kms',
      PrivateDnsEnabled: false,
      PolicyDocument,
    },
    name: 'door',
  },
];
const DOOR = 'arn:aws:ec2:us-east-1:<home>:vpc-endpoint/<door>';
const BOUNDARIES = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html';
const ENDPOINTS = 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html';

export const CEILING_SITUATIONS: readonly Situation[] = [
  {
    name: 'boundary-without-iam',
    source: BOUNDARIES,
    story: 'A user may do everything in IAM by his policy, and his boundary lets him read alone.',
    world: [{ role: 'App' }, { user: 'dev', allow: ['iam:*'], boundary: [may(['s3:*', 'iam:Get*'])] }],
    call: putPolicy('dev'),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'permissions boundary',
      fixes: [
        {
          kind: 'new-statement',
          target: '<boundary-of-dev>',
          document: may('iam:PutRolePolicy', { Resource: '<App>' }),
        },
      ],
    },
  },
  {
    name: 'boundary-that-denies-policies',
    source: BOUNDARIES,
    story: 'A boundary denies its bearers to write policies.',
    world: [
      { role: 'App' },
      {
        user: 'dev',
        allow: ['iam:*'],
        boundary: [may('*'), mayNot('iam:Put*Policy', { Sid: 'NoPolicies' })],
      },
    ],
    call: putPolicy('dev'),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'permissions boundary',
      denies: 'NoPolicies',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<boundary-of-dev>',
          document: mayNot('iam:Put*Policy', { Condition: sparing('dev') }),
        },
      ],
    },
  },
  {
    name: 'session-policy-without-iam',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session',
    story: 'A role may write policies, and its session was begun with a policy for S3.',
    world: [{ role: 'App' }, { role: 'Ops', allow: ['iam:*'] }],
    call: putPolicy('Ops', { sessionPolicy: [may('s3:*')] }),
    expect: {
      verdict: 'denied',
      who: '<Ops>',
      policyType: 'session policy',
      fixes: [{ kind: 'request', says: /session policy that allows it too: .*iam:PutRolePolicy/ }],
    },
    again: putPolicy('Ops', { sessionPolicy: [may('s3:*'), may('iam:PutRolePolicy')] }),
  },
  {
    name: 'scp-that-denies-policies',
    source:
      'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html',
    story: 'A guardrail keeps everybody of its unit from writing policies.',
    world: [
      unit,
      { role: 'App' },
      { user: 'dev', allow: ['iam:*'] },
      serviceControl('NoPolicies', mayNot('iam:PutRolePolicy', { Sid: 'Guard' })),
    ],
    call: putPolicy('dev'),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'service control policy',
      denies: 'Guard',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<NoPolicies>',
          account: '<management>',
          document: mayNot('iam:PutRolePolicy', { Condition: sparing('dev') }),
        },
      ],
    },
  },
  {
    name: 'boundary-that-asks-for-an-encryption-context',
    source: BOUNDARIES,
    story:
      'A boundary lets keys be used for one application, by the encryption context, and the call has none.',
    world: [
      { key: 'data' },
      {
        user: 'dev',
        allow: ['kms:*'],
        boundary: [may('kms:*', { Sid: 'Shop', Condition: shop })],
      },
    ],
    call: encrypt('dev'),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'permissions boundary',
      nearMiss: 'Shop',
      fixes: [{ kind: 'request', says: /with the encryption context app="shop"/ }],
    },
    again: encrypt('dev', { EncryptionContext: { app: 'shop' } }),
    stillRefused: [encrypt('dev')],
  },
  {
    name: 'boundary-that-denies-an-encryption-context',
    source: BOUNDARIES,
    story: "A boundary keeps a user from one application's data, by the encryption context.",
    world: [
      { key: 'data' },
      {
        user: 'dev',
        allow: ['kms:*'],
        boundary: [may('*'), mayNot('kms:Encrypt', { Sid: 'NotShop', Condition: shop })],
      },
    ],
    call: encrypt('dev', { EncryptionContext: { app: 'shop' } }),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'permissions boundary',
      denies: 'NotShop',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<boundary-of-dev>',
          document: mayNot('kms:Encrypt', { Condition: { ...shop, ...sparing('dev') } }),
        },
      ],
    },
  },
  {
    name: 'rcp-that-denies-an-encryption-context',
    source: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html',
    story: "A resource control policy keeps a unit's keys from one application, by the encryption context.",
    world: [
      unit,
      { key: 'data' },
      { user: 'dev', allow: ['kms:*'] },
      {
        guardrail: 'NotShop',
        on: 'Prod',
        type: 'resource control policy',
        policy: [mayNot('kms:Encrypt', { Sid: 'Guard', Principal: '*', Condition: shop })],
      },
    ],
    call: encrypt('dev', { EncryptionContext: { app: 'shop' } }),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'resource control policy',
      denies: 'Guard',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: '<NotShop>',
          document: mayNot('kms:Encrypt', {
            Principal: '*',
            Condition: { ...shop, ...sparing('dev') },
          }),
        },
      ],
    },
  },
  {
    name: 'endpoint-whose-policy-leaves-out-the-action',
    source: ENDPOINTS,
    story: 'A private network reaches KMS by an endpoint whose policy lets keys be described alone.',
    world: [
      { key: 'data', policy: [DELEGATION] },
      { user: 'dev', allow: ['kms:*'] },
      ...endpoint([may('kms:DescribeKey', { Principal: '*' })]),
    ],
    call: encrypt('dev', {}, { through: '<door>' }),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'VPC endpoint policy',
      fixes: [
        {
          kind: 'new-statement',
          target: DOOR,
          document: may('kms:Encrypt', {
            Principal: '*',
            Resource: '<data>',
            Condition: { ArnEquals: { 'aws:PrincipalArn': '<dev>' } },
          }),
        },
      ],
    },
  },
  {
    name: 'endpoint-whose-policy-denies-an-encryption-context',
    source: ENDPOINTS,
    story: "An endpoint's policy keeps one application's data out, by the encryption context.",
    world: [
      { key: 'data' },
      { user: 'dev', allow: ['kms:*'] },
      ...endpoint([
        may('*', { Principal: '*' }),
        mayNot('kms:Encrypt', { Sid: 'NotShop', Principal: '*', Condition: shop }),
      ]),
    ],
    call: encrypt('dev', { EncryptionContext: { app: 'shop' } }, { through: '<door>' }),
    expect: {
      verdict: 'denied',
      who: '<dev>',
      policyType: 'VPC endpoint policy',
      denies: 'NotShop',
      fixes: [
        {
          kind: 'narrowed-deny',
          target: DOOR,
          document: mayNot('kms:Encrypt', {
            Principal: '*',
            Condition: { ...shop, ...sparing('dev') },
          }),
        },
      ],
    },
  },
];
