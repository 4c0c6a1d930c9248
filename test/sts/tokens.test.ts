/** Web identity tokens in every form: which algorithms and keys prove one, what it must have, and what policies learn of it. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CreateOpenIDConnectProviderCommand,
  IAMClient,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNT, auditRecords } from '../worlds/account.ts';
import type { TestServer } from '../worlds/server.ts';
import {
  AUDIENCE,
  claimsOf,
  type Federation,
  federation,
  HOST,
  rsa,
  signedToken,
  token,
  trustIn,
} from '../worlds/web-identity.ts';

/** Another issuer, with keys of every kind. */
const OTHER_HOST = 'keys.example.com';
const NO_TOKEN =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
const NOT_VALIDATED =
  'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for ' +
  'requirements.';
const NOT_AUTHORIZED = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';

let server: TestServer;
let assume: Federation['assume'];
before(async () => {
  ({ server, assume } = await federation(undefined));
  await trusting(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [HOST, OTHER_HOST].map((host) => ({
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
      })),
    }),
  );
});
after(() => server.close());

/** What a token is answered with: nothing where it is let in. */
const answered = (given: string, more: object = {}) =>
  assume(given, more).then(
    () => 'let in',
    (error: Error) => error.message,
  );

const trusting = (document: string) =>
  server
    .client(IAMClient)
    .send(new UpdateAssumeRolePolicyCommand({ RoleName: 'deployer', PolicyDocument: document }));

describe('a token is proven', () => {
  const url = `https://${OTHER_HOST}`;
  const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const pairs = {
    rsa,
    other: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    p256: curve('P-256'),
    p384: curve('P-384'),
    p521: curve('P-521'),
  };
  type Name = keyof typeof pairs;
  const jwk = (name: Name) => pairs[name].publicKey.export({ format: 'jwk' });
  before(async () => {
    const iam = server.client(IAMClient);
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: [AUDIENCE] }));
    const keys = Object.keys(pairs).map((kid) => ({ ...jwk(kid as Name), kid }));
    // Two keys that say for which algorithm they are, and one without a name.
    const bound = { ...jwk('rsa'), kid: 'bound', alg: 'RS256' };
    await server.ask('issuer', { url, keySet: { keys: [...keys, bound, jwk('p256')] } });
  });
  const proof = (header: object, key: Name, hash: string) =>
    answered(signedToken(header, claimsOf({ iss: url }), pairs[key].privateKey as KeyObject, hash));

  const GOOD: readonly (readonly [object, Name, string])[] = [
    [{ alg: 'RS256', kid: 'rsa' }, 'rsa', 'sha256'],
    [{ alg: 'RS384', kid: 'rsa' }, 'rsa', 'sha384'],
    [{ alg: 'RS512', kid: 'rsa' }, 'rsa', 'sha512'],
    [{ alg: 'ES256', kid: 'p256' }, 'p256', 'sha256'],
    [{ alg: 'ES384', kid: 'p384' }, 'p384', 'sha384'],
    [{ alg: 'ES512', kid: 'p521' }, 'p521', 'sha512'],
    // The key's own name decides where there is one; else any key of the kind.
    [{ alg: 'RS256' }, 'rsa', 'sha256'],
    [{ alg: 'RS256' }, 'other', 'sha256'],
    [{ alg: 'ES256' }, 'p256', 'sha256'],
    [{ alg: 'RS256', kid: 5 }, 'rsa', 'sha256'],
    [{ alg: 'RS256', kid: 'bound' }, 'rsa', 'sha256'],
  ];
  for (const [header, key, hash] of GOOD)
    test(`${JSON.stringify(header)} by ${key}`, async () =>
      assert.equal(await proof(header, key, hash), 'let in'));

  const BAD: readonly (readonly [object, Name, string])[] = [
    [{ alg: 'RS256', kid: 'rsa' }, 'rsa', 'sha384'],
    [{ alg: 'RS256', kid: 'rsa' }, 'other', 'sha256'],
    [{ alg: 'RS256', kid: 'other' }, 'rsa', 'sha256'],
    [{ alg: 'RS256', kid: 'none' }, 'rsa', 'sha256'],
    [{ alg: 'RS384', kid: 'bound' }, 'rsa', 'sha384'],
    [{ alg: 'RS256', kid: 'p256' }, 'p256', 'sha256'],
    [{ alg: 'ES256', kid: 'rsa' }, 'rsa', 'sha256'],
    [{ alg: 'ES256', kid: 'p384' }, 'p384', 'sha256'],
    [{ alg: 'ES384', kid: 'p256' }, 'p256', 'sha384'],
    [{ alg: 'ES256' }, 'p384', 'sha256'],
    ...['HS256', 'PS256', 'none', 'toString', '__proto__'].map(
      (alg) => [{ alg, kid: 'rsa' }, 'rsa', 'sha256'] as const,
    ),
  ];
  for (const [header, key, hash] of BAD)
    test(`not by ${JSON.stringify(header)} with ${hash} and ${key}`, async () =>
      assert.equal(await proof(header, key, hash), NOT_VALIDATED));
});

describe('what is no token', () => {
  const good = { alg: 'RS256', kid: 'rsa' };
  const [head, body, signature] = token().split('.') as [string, string, string];
  const FORMS: readonly (readonly [string, string])[] = [
    ['one part', head],
    ['two parts', `${head}.${body}`],
    ['four parts', `${head}.${body}.${signature}.${signature}`],
    ['three and an empty one', `${head}.${body}.${signature}.`],
    ['no header', `.${body}.${signature}`],
    ['no payload', `${head}..${signature}`],
    ...['[]', '[1]', 'null', '5', '"text"', 'true', '{', 'x'].flatMap((json): [string, string][] => [
      [`a payload that is ${json}`, signedToken(good, json, rsa.privateKey)],
      [`a header that is ${json}`, signedToken(json, claimsOf(), rsa.privateKey)],
    ]),
    ...[{}, { alg: 5 }, { alg: null }, { alg: ['RS256'] }].map((header): [string, string] => [
      `a header that is ${JSON.stringify(header)}`,
      signedToken(header, claimsOf(), rsa.privateKey),
    ]),
  ];
  for (const [what, given] of FORMS) test(what, async () => assert.equal(await answered(given), NO_TOKEN));
});

describe('a token names', () => {
  const without = (...names: string[]) =>
    answered(token(Object.fromEntries(names.map((name) => [name, undefined]))));
  for (const name of ['iss', 'sub', 'aud', 'exp', 'iat'])
    test(`${name}, or is told so`, async () =>
      assert.equal(await without(name), `Missing a required claim: ${name}`));

  test('the first claim that is missing, in the order of the standard', async () => {
    assert.equal(await without('iat', 'iss', 'exp'), 'Missing a required claim: iss');
    assert.equal(await without('iat', 'exp', 'aud', 'sub'), 'Missing a required claim: sub');
    assert.equal(await without('iat', 'exp', 'aud'), 'Missing a required claim: aud');
    assert.equal(await without('iat', 'exp'), 'Missing a required claim: exp');
  });

  test('somebody by one letter, and several audiences of which one is known', async () => {
    assert.equal(await answered(token({ sub: 'x' })), 'let in');
    assert.equal(await answered(token({ aud: [AUDIENCE] })), 'let in');
    assert.equal(await answered(token({ aud: ['other', AUDIENCE] })), 'let in');
    assert.equal(await answered(token({ aud: [AUDIENCE, 'other'] })), 'let in');
    assert.equal(await answered(token({ azp: AUDIENCE, aud: 'other' })), 'let in');
    assert.equal(await answered(token({ azp: 'other' })), 'let in');
    assert.equal(await answered(token({ azp: 'other', aud: ['x', 'y'] })), 'Incorrect token audience');
    assert.equal((await assume(token({ aud: [AUDIENCE, 'other'] }))).Audience, AUDIENCE);
    assert.equal((await assume(token({ aud: ['other', AUDIENCE] }))).Audience, 'other');
  });

  test('a time that is over in seconds', async (t) => {
    const clock = server.latchkey.runtime.clock as { nowMs(): number };
    const { nowMs } = clock;
    t.after(() => {
      clock.nowMs = nowMs;
    });
    const seconds = Math.floor(Date.now() / 1000);
    clock.nowMs = () => seconds * 1000 + 999;
    assert.equal(
      await answered(token({ exp: seconds - 7 })),
      `Token expired: current date/time ${seconds} must be before the expiration date/time${seconds - 7}`,
    );
    assert.equal(
      await answered(token({ exp: seconds - 6.5 })),
      `Token expired: current date/time ${seconds} must be before the expiration date/time${seconds - 7}`,
    );
  });
});

describe('a token asks of its session', () => {
  const TAGS = 'https://aws.amazon.com/tags';
  const SOURCE = 'https://aws.amazon.com/source_identity';
  for (const name of ['ab', 'a'.repeat(64), 'a=b,c.d@e-f_+9'])
    test(`the source identity ${name}`, async () => {
      const { SourceIdentity } = await assume(token({ [SOURCE]: name }));
      assert.equal(SourceIdentity, name);
    });
  for (const name of ['', 'a', 'a'.repeat(65), 'a b', 'a/b', 12, 123, true, ['ab'], {}, null])
    test(`no source identity like ${JSON.stringify(name)}`, async () =>
      assert.equal(await answered(token({ [SOURCE]: name })), NOT_VALIDATED));

  const TAKEN: readonly (readonly [unknown, readonly string[], readonly string[]])[] = [
    [{ principal_tags: { team: ['red'] } }, ['team'], []],
    [{ principal_tags: { team: 'red', mood: ['good'] } }, ['team', 'mood'], []],
    [
      { principal_tags: { team: ['red'], mood: ['good'] }, transitive_tag_keys: ['team'] },
      ['team', 'mood'],
      ['team'],
    ],
    [{ principal_tags: { team: ['red'] }, transitive_tag_keys: 'team' }, ['team'], ['team']],
    [{ principal_tags: {} }, [], []],
    [{ transitive_tag_keys: [] }, [], []],
    [{}, [], []],
  ];
  for (const [claim, keys, transitive] of TAKEN)
    test(`the tags ${JSON.stringify(claim)}`, async () => {
      await assume(token({ [TAGS]: claim }));
      const [record] = await auditRecords(server);
      const { conditions } = record!.decisions[0]!.evidence!;
      const { principalTags, transitiveTagKeys } = record!.event.requestParameters as Record<string, object>;
      assert.deepEqual(
        [principalTags && Object.keys(principalTags), transitiveTagKeys],
        [keys.length > 0 ? keys : undefined, transitive.length > 0 ? transitive : undefined],
      );
      assert.deepEqual(
        [conditions['aws:TagKeys'], conditions['sts:TransitiveTagKeys']],
        [keys.length > 0 ? keys : undefined, transitive.length > 0 ? transitive : undefined],
      );
    });
  for (const value of [5, true, null, {}, [], [5], [['red']]])
    test(`no tag like ${JSON.stringify(value)}`, async () =>
      assert.equal(await answered(token({ [TAGS]: { principal_tags: { team: value } } })), NOT_VALIDATED));
  test('no transitive tag without its value', async () =>
    assert.equal(
      await answered(token({ [TAGS]: { transitive_tag_keys: ['team'] } })),
      'The specified transitive tag key must be included in the requested tags.',
    ));
});

describe('policies decide on', () => {
  const equal = (name: string, value: string) => ({ StringEquals: { [`${HOST}:${name}`]: value } });
  const anyEqual = (name: string, value: string) => ({
    'ForAnyValue:StringEquals': { [`${HOST}:${name}`]: value },
  });
  const absent = (name: string) => ({ Null: { [`${HOST}:${name}`]: 'true' } });
  const rows: readonly (readonly [string, object, object, object])[] = [
    ['the subject', equal('sub', 'jane'), { sub: 'jane' }, { sub: 'john' }],
    ['the audience', equal('aud', AUDIENCE), { aud: [AUDIENCE, 'x'] }, { aud: ['x', AUDIENCE] }],
    ['each audience', anyEqual('oaud', 'x'), { aud: [AUDIENCE, 'x'] }, { aud: [AUDIENCE, 'y'] }],
    ['the mail address', equal('email', 'a@b'), { email: 'a@b' }, { email: 'c@d' }],
    ['a mail address that is text', absent('email'), { email: 5 }, { email: 'a@b' }],
    ['how somebody proved itself', anyEqual('amr', 'mfa'), { amr: ['pwd', 'mfa'] }, { amr: ['pwd'] }],
    ['proofs that are a list', absent('amr'), { amr: 'mfa' }, { amr: ['mfa'] }],
  ];
  for (const [what, condition, good, bad] of rows)
    test(what, async () => {
      await trusting(trustIn(condition));
      assert.equal(await answered(token(good)), 'let in');
      assert.equal(await answered(token(bad)), NOT_AUTHORIZED);
    });

  test('the name of the session', async () => {
    await trusting(trustIn({ StringEquals: { 'sts:RoleSessionName': 'run-7' } }));
    assert.equal(await answered(token(), { RoleSessionName: 'run-7' }), 'let in');
    assert.equal(await answered(token(), { RoleSessionName: 'run-8' }), NOT_AUTHORIZED);
  });
});
