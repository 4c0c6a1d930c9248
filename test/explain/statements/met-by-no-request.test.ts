/**
 * Conditions that ask for what AWS never gives: whoever they were written for has no right by them, and every answer says so.
 * Beside each stands what it was meant to be, which gives the right.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Audit } from '../../../src/explain/audit/audit.ts';
import { renderWhoCan } from '../../../src/explain/rights/render-who-can.ts';
import type { WhoCan } from '../../../src/explain/rights/who-can.ts';
import { ACCOUNT, allowing, policy, rootOf } from '../../worlds/account.ts';
import { type KmsWorld, keyPolicy, kmsWorld } from '../../worlds/kms.ts';
import type { Explained } from '../../worlds/remedies.ts';

let world: KmsWorld;
before(async () => {
  world = await kmsWorld(undefined);
});
after(() => world.server.close());

const PARTNER = '999988887777';

interface Row {
  readonly never: object;
  readonly meant: object;
  readonly why: RegExp;
  readonly fix: RegExp;
}

const ROWS: Readonly<Record<string, Row>> = {
  'a private network': {
    never: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    meant: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } },
    why: /10\.0\.0\.0\/8 is private/,
    fix: /^Write aws:VpcSourceIp/,
  },
  'a private network as a pattern': {
    never: { StringLike: { 'aws:SourceIp': '192.168.*' } },
    meant: { StringLike: { 'aws:SourceIp': '203.0.113.*' } },
    why: /aws:SourceIp is an address of the internet, which 192\.168\.\* is not/,
    fix: /./,
  },
  'a network that is compared as text': {
    never: { StringEquals: { 'aws:SourceIp': '203.0.113.0/24' } },
    meant: { StringEquals: { 'aws:SourceIp': '203.0.113.7' } },
    why: /StringEquals does not take 203\.0\.113\.0\/24 for a network/,
    fix: /^Write IpAddress\.$/,
  },
  'a root user in place of the account': {
    never: { StringEquals: { 'kms:CallerAccount': `arn:aws:iam::${PARTNER}:root` } },
    meant: { StringEquals: { 'kms:CallerAccount': PARTNER } },
    why: /kms:CallerAccount is the id of an account, 12 digits, which arn:aws:iam::999988887777:root is not/,
    fix: /^Write the 12 digits alone\.$/,
  },
  'an account with a wildcard, taken literally': {
    never: { StringEquals: { 'aws:PrincipalAccount': '9999*' } },
    meant: { StringLike: { 'aws:PrincipalAccount': '9999*' } },
    why: /StringEquals takes \* and \? literally/,
    fix: /^Write StringLike/,
  },
  'a path where an organization is asked for': {
    never: { StringLike: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5/r-ab12/*' } },
    meant: { StringLike: { 'aws:PrincipalOrgID': 'o-a1b2*' } },
    why: /aws:PrincipalOrgID is the id of an organization \(o-…\)/,
    fix: /aws:PrincipalOrgPaths/,
  },
  'a list without a set operator': {
    never: { StringLike: { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } },
    meant: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a1b2c3d4e5/*' } },
    why: /aws:PrincipalOrgPaths is a list, which a plain StringLike never matches/,
    fix: /^Write ForAnyValue:StringLike\.$/,
  },
  'the ARN of a session': {
    never: { ArnLike: { 'aws:PrincipalArn': `arn:aws:sts::${PARTNER}:assumed-role/app/*` } },
    meant: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${PARTNER}:role/*/app` } },
    why: /aws:PrincipalArn is the ARN of a user, a role .* of a session that of its role/,
    fix: /^Write the ARN of the role, with its path/,
  },
  'a VPC in place of its endpoint': {
    never: { StringEquals: { 'aws:SourceVpce': 'vpc-0a1b2c3d4e5f60718' } },
    meant: { StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' } },
    why: /aws:SourceVpce is the id of a VPC endpoint \(vpce-…\)/,
    fix: /aws:SourceVpc takes that of a VPC/,
  },
  'an address and an endpoint, of which a call has one': {
    never: {
      IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60718' },
    },
    meant: {
      IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' },
      StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60718' },
    },
    why: /only a call through a VPC endpoint has aws:SourceVpce, and such a call has no aws:SourceIp/,
    fix: /^Write aws:VpcSourceIp/,
  },
};

const findingsOf = async (key: string) =>
  (await world.server.ask<Audit>('audit')).findings.filter(({ subject }) => subject === key);
const whoCan = (key: string) => world.server.ask<WhoCan>('who-can', { key, action: 'kms:Decrypt' });

describe('everybody, under a condition on', () => {
  for (const [name, { never, meant, why, fix }] of Object.entries(ROWS)) {
    const forEverybody = (Condition: object) =>
      world.key({
        Policy: keyPolicy(ACCOUNT, {
          ...{ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition },
        }),
      });

    test(name, async () => {
      const key = await forEverybody(never);
      const [finding, ...others] = await findingsOf(key);
      assert.deepEqual(others, []);
      assert.equal(finding?.rule, 'statement-without-effect');
      assert.match(finding.what, why);
      assert.match(finding.fix, fix);
      const answer = await whoCan(key);
      assert.equal(
        answer.users.some(({ principal }) => principal === '*'),
        false,
      );
      assert.match(renderWhoCan(answer), /Without effect\n {2}Statement 2 allows nothing: .*/);
      assert.deepEqual(
        answer.idle.map((each) => each.fix),
        [finding.fix],
      );
    });

    test(`${name}, as it was meant`, async () => {
      const key = await forEverybody(meant);
      assert.deepEqual(
        (await findingsOf(key)).map(({ rule }) => rule),
        ['open-under-condition'],
      );
      const answer = await whoCan(key);
      assert.ok(answer.users.some(({ principal }) => principal === '*'));
      assert.deepEqual(answer.idle, []);
    });
  }
});

test('what names somebody of an account that is known opens the key to nobody else', async () => {
  const { arn } = await world.role('named');
  for (const Condition of [
    { ArnEquals: { 'aws:PrincipalArn': arn } },
    { StringLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/na*` } },
    { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
  ]) {
    const key = await world.key({
      Policy: keyPolicy(ACCOUNT, { ...allowing('kms:Decrypt'), Principal: '*', Condition }),
    });
    assert.deepEqual(await findingsOf(key), []);
    const users = (await whoCan(key)).users.map(({ who }) => who);
    assert.ok(
      users.includes('role named') && !users.some((who) => who.startsWith('every AWS account')),
      String(users),
    );
  }
});

test('a service without its Region is one through which nobody calls', async () => {
  const ofUser = async (Condition: object) => {
    const { arn } = await world.user(`through-${Object.keys(Condition)[0]}`);
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: arn },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition,
    };
    return world.key({ Policy: keyPolicy(ACCOUNT, Statement) });
  };
  const [finding] = await findingsOf(
    await ofUser({ StringEquals: { 'kms:ViaService': 'ec2.amazonaws.com' } }),
  );
  assert.match(
    String(finding?.what),
    /kms:ViaService is a service with its Region .* which ec2\.amazonaws\.com is not/,
  );
  assert.deepEqual(
    await findingsOf(await ofUser({ StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' } })),
    [],
  );
});

test("a user's own policy for a private network lets nobody in, and can says why", async () => {
  const here = { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '172.16.0.0/12'] } };
  await world.user('indoors', { allow: [{ ...allowing('kms:Decrypt'), Condition: here }] });
  const key = await world.key();
  const answer = await whoCan(key);
  assert.equal(
    answer.users.some(({ who }) => who === 'user indoors'),
    false,
  );
  const can = (context?: object) =>
    world.server.ask<Explained>('can', {
      ...{ principal: 'user/indoors', action: 'kms:Decrypt', resource: key, context },
    });
  const { verdict, checks } = await can();
  assert.equal(verdict, 'denied');
  assert.match(
    String(checks[0]?.summary),
    /asks that aws:SourceIp is within 10\.0\.0\.0\/8 or 172\.16\.0\.0\/12: no request has such a value; .* are private/,
  );
  // Who says from where it comes is believed.
  assert.equal((await can({ 'aws:SourceIp': '10.1.2.3' })).verdict, 'allowed');
});

/** A service for whom nobody has called yet: what it is told apart by is written right, and not left out. */
const OF_SERVICES: Readonly<Record<string, readonly [condition: object, sentence: RegExp]>> = {
  'by the account, named as its root user': [
    { StringEquals: { 'aws:SourceAccount': `arn:aws:iam::${ACCOUNT}:root` } },
    /^In statement 2 of key policy, aws:SourceAccount must name "\d{12}" in place of "arn:aws:iam::\d{12}:root":$/,
  ],
  'by an ARN that is none': [
    { StringEquals: { 'aws:SourceArn': ACCOUNT } },
    /^Add this statement to the key policy of /,
  ],
};
for (const [name, [Condition, sentence]] of Object.entries(OF_SERVICES)) {
  test(`a service that is kept to its account ${name} is kept to it by what is proposed`, async () => {
    const Statement = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'kms:Decrypt' };
    const key = await world.key({
      Policy: keyPolicy(ACCOUNT, { ...Statement, Resource: '*', Condition }),
    });
    const { verdict, remedies, remediesVerified } = await world.server.ask<Explained>('can', {
      ...{ principal: 's3.amazonaws.com', action: 'kms:Decrypt', resource: key },
    });
    assert.equal(verdict, 'denied');
    assert.match(String(remedies[0]?.sentence), sentence);
    assert.deepEqual((remedies[0]?.document as { Condition: object }).Condition, {
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
    });
    assert.equal(remediesVerified, true);
  });
}

/** Of a call that was made, too: the value that is written can only mean the caller's. */
test('an account that is named as its root user is named by its id', async () => {
  const Condition = { StringEquals: { 'kms:CallerAccount': `arn:aws:iam::${ACCOUNT}:root` } };
  const administering = { ...allowing('kms:*'), Principal: { AWS: rootOf(ACCOUNT) } };
  const key = await world.key({
    Policy: policy(
      { ...administering, Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'] },
      { ...allowing('kms:Decrypt'), Principal: '*', Condition },
    ),
  });
  await world.user('caller');
  const { remedies } = await world.server.ask<Explained>('can', {
    ...{ principal: 'user/caller', action: 'kms:Decrypt', resource: key },
  });
  assert.deepEqual((remedies[0]?.document as { Condition: object }).Condition, {
    StringEquals: { 'kms:CallerAccount': ACCOUNT },
  });
});

test('what matches nothing lets nobody make grants either', async () => {
  const { arn } = await world.user('granter');
  const Condition = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
  const grants = { Effect: 'Allow', Principal: { AWS: arn }, Action: 'kms:CreateGrant', Resource: '*' };
  const elsewhere = { ...grants, Resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/another` };
  const rules = async (statement: object) =>
    (await findingsOf(await world.key({ Policy: keyPolicy(ACCOUNT, statement) }))).map(({ rule }) => rule);
  assert.deepEqual(await rules({ ...grants, Condition }), ['statement-without-effect']);
  assert.deepEqual(await rules(elsewhere), ['statement-without-effect']);
  assert.deepEqual(await rules(grants), ['unrestricted-create-grant']);
});

test('a denial of whatever is not from a private network leaves nobody', async () => {
  const outside = { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
  const key = await world.key({
    Policy: keyPolicy(ACCOUNT, {
      ...{ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: outside },
    }),
  });
  assert.deepEqual((await whoCan(key)).users, []);
});
