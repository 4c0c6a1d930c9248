/** What a denial can say about itself, and the small tools around stored policies. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bindPrincipals, principalsOf } from '../../src/policy/bind.ts';
import type { AccessRequest, NamedPolicy, PolicyPrincipal } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { internPolicy } from '../../src/policy/intern.ts';
import { type PolicyKind, parsePolicy, sizeWithoutWhitespace } from '../../src/policy/parse.ts';
import { granteeNames } from '../../src/policy/principals.ts';
import { explainDecision } from '../../src/policy/trace.ts';

const A = '111122223333';
const KEY = `arn:aws:kms:us-east-1:${A}:key/k1`;
const john: PolicyPrincipal = {
  kind: 'user',
  account: A,
  arn: `arn:aws:iam::${A}:user/john`,
  id: 'AIDAJOHN234567890ABCD',
};

function policy(name: string, kind: PolicyKind, statements: object[]): NamedPolicy {
  const source = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
  const parsed = parsePolicy(source, kind);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  return { policy: parsed.policy, name };
}

const keyPolicy = policy('key policy', 'key', [
  {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: A },
    Action: 'kms:*',
    Resource: '*',
  },
]);
const createGrant: AccessRequest = {
  principal: john,
  action: 'kms:CreateGrant',
  resource: KEY,
  resourceAccount: A,
  condition: (key) => (key === 'kms:viaservice' ? ['ec2.us-east-1.amazonaws.com'] : undefined),
};

describe('the trace of a denial', () => {
  const trace = () =>
    explainDecision(
      {
        identity: [
          policy('ec2-all', 'identity', [
            { Sid: 'Ec2', Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
            { Effect: 'Allow', Action: 'kms:*', Resource: 'arn:aws:kms:us-east-1:111122223333:key/other' },
            {
              Effect: 'Allow',
              Action: 'kms:CreateGrant',
              Resource: '*',
              Condition: {
                Bool: { 'kms:GrantIsForAWSResource': 'true' },
                StringLike: { 'kms:ViaService': ['ec2.*.amazonaws.com'] },
              },
            },
          ]),
        ],
        resourceRule: 'kms',
        resourcePolicy: keyPolicy,
        grants: [
          { grantId: 'g1', grantee: john.arn, actions: ['kms:Decrypt'], issuingAccount: A },
          {
            grantId: 'g2',
            grantee: `arn:aws:iam::${A}:role/r`,
            actions: ['kms:CreateGrant'],
            issuingAccount: A,
          },
          {
            grantId: 'g3',
            grantee: john.arn,
            actions: ['kms:CreateGrant'],
            issuingAccount: A,
            encryptionContextSubset: { a: 'b' },
          },
        ],
      },
      createGrant,
    );

  test('gives AWS reason', () => {
    assert.equal(trace().reason, 'because no identity-based policy allows the kms:CreateGrant action');
  });

  test('says of every statement why it did not match', () => {
    const [resource, identity] = trace().policies;
    assert.deepEqual(
      resource?.statements.map(({ matched, principal }) => [matched, principal]),
      [[true, 'account']],
    );
    assert.deepEqual(
      identity?.statements.map(({ mismatch }) => mismatch),
      ['action', 'resource', 'condition'],
    );
  });

  test('tells a missing key from a wrong value, with the values seen', () => {
    assert.deepEqual(trace().policies[1]?.statements[2]?.conditions, [
      { operator: 'Bool', key: 'kms:GrantIsForAWSResource', expected: ['true'], holds: false },
      {
        operator: 'StringLike',
        key: 'kms:ViaService',
        expected: ['ec2.*.amazonaws.com'],
        actual: ['ec2.us-east-1.amazonaws.com'],
        holds: true,
      },
    ]);
  });

  test('shows the value that a variable made, with wildcards as they are written', () => {
    const statement = {
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: {
        StringLike: {
          'aws:PrincipalTag/home': [`/\${aws:username}/*?`, `/\${aws:userid}/*`, `/\${aws:none}/`],
        },
      },
    };
    const keys: Readonly<Record<string, string>> = { 'aws:username': 'john', 'aws:userid': 'AIDA' };
    const { policies } = explainDecision(
      { identity: [policy('home', 'identity', [statement])], resourceRule: 'none' },
      { ...createGrant, condition: (key) => (keys[key] === undefined ? undefined : [keys[key]]) },
    );
    assert.deepEqual(policies[0]?.statements[0]?.conditions?.[0]?.resolved, ['/john/*?', '/AIDA/*', null]);
  });

  test('tells a principal that does not fit', () => {
    const other = { ...createGrant, principal: { kind: 'service', service: 'ec2.amazonaws.com' } } as const;
    const { policies } = explainDecision(
      { identity: [], resourceRule: 'kms', resourcePolicy: keyPolicy },
      other,
    );
    assert.equal(policies[0]?.statements[0]?.mismatch, 'principal');
  });

  test('says of every grant why it does not help', () => {
    assert.deepEqual(
      trace().grants.map(({ grantId, matched, mismatch }) => [grantId, matched, mismatch]),
      [
        ['g1', false, 'operation'],
        ['g2', false, 'grantee'],
        ['g3', false, 'constraint'],
      ],
    );
  });

  test('survives JSON', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(trace())), trace());
  });
});

test('the deciding statement is named by policy, Sid, index and line', () => {
  const identity = policy('guard', 'identity', [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Sid: 'NoGrants', Effect: 'Deny', Action: 'kms:CreateGrant', Resource: '*' },
  ]);
  assert.deepEqual(
    decide({ identity: [identity], resourceRule: 'kms', resourcePolicy: keyPolicy }, createGrant),
    {
      allowed: false,
      explicit: true,
      policyType: 'identity-based policy',
      by: { policyType: 'identity-based policy', policyName: 'guard', index: 1, sid: 'NoGrants', line: 9 },
    },
  );
});

test('one policy answers for one action after another', () => {
  const identity = [policy('two', 'identity', [{ Effect: 'Allow', Action: 'kms:Create*', Resource: '*' }])];
  const ask = (action: string) =>
    decide({ identity, resourceRule: 'none' }, { ...createGrant, action }).allowed;
  assert.deepEqual(['kms:CreateGrant', 'kms:Decrypt', 'kms:CreateGrant', 'kms:CreateKey'].map(ask), [
    true,
    false,
    true,
    true,
  ]);
});

describe('principals bound to unique ids', () => {
  const byName = policy('key policy', 'key', [
    { Effect: 'Allow', Principal: { AWS: [john.arn, A] }, Action: 'kms:CreateGrant', Resource: '*' },
  ]);
  const unbound = { identity: [], resourceRule: 'kms', resourcePolicy: byName } as const;
  const bind = () => bindPrincipals(byName.policy, (arn) => (arn === john.arn ? john.id : undefined));

  test('keep other principals and the document as written', () => {
    const bound = bind();
    assert.deepEqual(
      principalsOf(bound).map(({ value }) => value),
      [john.id, A],
    );
    assert.equal(bound.source, byName.policy.source);
  });

  test('match the user, and no later user of that name, whatever was asked of the document before', () => {
    assert.equal(decide(unbound, { ...createGrant, principal: { ...john, id: 'AIDANEW' } }).allowed, true);
    const inputs = {
      identity: [],
      resourceRule: 'kms',
      resourcePolicy: { policy: bind(), name: 'k' },
    } as const;
    assert.equal(decide(inputs, createGrant).allowed, true);
    const namesake = { ...john, id: 'AIDANEWJOHN567890ABCD' };
    assert.equal(decide(inputs, { ...createGrant, principal: namesake }).allowed, false);
  });
});

test('a grant is found under any name of its grantee', () => {
  const session: PolicyPrincipal = {
    kind: 'role-session',
    account: A,
    arn: `arn:aws:sts::${A}:assumed-role/app/s`,
    id: 'AROAAPP:s',
    roleArn: `arn:aws:iam::${A}:role/app`,
    roleId: 'AROAAPP',
    serviceLinked: false,
  };
  assert.deepEqual(
    [...granteeNames(session)].sort(),
    [
      A,
      'AROAAPP',
      'AROAAPP:s',
      `arn:aws:iam::${A}:role/app`,
      `arn:aws:iam::${A}:root`,
      `arn:aws:sts::${A}:assumed-role/app/s`,
    ].sort(),
  );
});

test('equal documents of one kind are one policy', () => {
  const source = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  const first = internPolicy(source, 'identity');
  assert.ok(first.ok);
  assert.equal(internPolicy(source, 'identity'), first);
  assert.notEqual(internPolicy(source, 'session'), first);
});

test('the interned documents do not grow without bound', () => {
  const document = (i: number) =>
    `{"Version":"2012-10-17","Id":"${'x'.repeat(100_000)}${i}","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`;
  const first = internPolicy(document(0), 'identity');
  for (let i = 1; i <= 100; i++) internPolicy(document(i), 'identity');
  assert.notEqual(internPolicy(document(0), 'identity'), first);
});

test('white space does not count against quotas', () => {
  assert.equal(sizeWithoutWhitespace('{ "a":\n\t"b c"\r\n}'), 10);
});
