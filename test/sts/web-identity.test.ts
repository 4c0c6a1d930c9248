/** Web identities: tokens of an OpenID Connect issuer, whose keys whoever runs the server has given. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import { ACCOUNT, auditRecords, credentialsOf } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';
import {
  AUDIENCE,
  ec,
  federation,
  HOST,
  ISSUER,
  keySet,
  PROVIDER,
  part,
  ROLE,
  rsa,
  token,
  trustIn,
} from '../worlds/web-identity.ts';

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

describe('a web identity', () => {
  test('gets a session of a role that trusts its provider, without any AWS credentials', async (t) => {
    const { server, assume } = await federation(t);
    const answer = await assume(token());
    assert.equal(answer.SubjectFromWebIdentityToken, 'repo:app');
    assert.equal(answer.Provider, PROVIDER);
    assert.equal(answer.Audience, AUDIENCE);
    assert.equal(answer.AssumedRoleUser?.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/run-1`);
    const credentials = credentialsOf(answer.Credentials);
    const { Arn } = await server.client(STSClient, credentials).send(new GetCallerIdentityCommand({}));
    assert.equal(Arn, answer.AssumedRoleUser?.Arn);
    await server.client(IAMClient, credentials).send(new ListUsersCommand({}));
    const byCurve = await assume(token({}, { alg: 'ES256', kid: 'ec', key: ec.privateKey }));
    assert.ok(byCurve.Credentials);
  });

  test('is told apart by its claims in the trust policy', async (t) => {
    const condition = {
      StringEquals: { [`${HOST}:aud`]: AUDIENCE },
      StringLike: { [`${HOST}:sub`]: 'repo:app*' },
    };
    const { assume } = await federation(t, trustIn(condition));
    assert.ok(await assume(token()));
    assert.ok(await assume(token({ sub: 'repo:app/main' })));
    const { code, message, status } = await refusal(assume(token({ sub: 'repo:other' })));
    assert.equal(code, 'AccessDenied');
    assert.equal(message, 'Not authorized to perform sts:AssumeRoleWithWebIdentity');
    assert.equal(status, 403);
    const gone = await refusal(assume(token(), { RoleArn: `${ROLE}-that-is-not` }));
    assert.equal(gone.message, message);
  });

  test('whom no statement lets in: the fix names its provider and its claims, and lets in nobody else', async (t) => {
    const ofOthers = trustIn({}, 'sts:AssumeRoleWithSAML').replace(PROVIDER, `${PROVIDER}-of-others`);
    const { server, iam, assume } = await federation(t, ofOthers);
    await refusal(assume(token()));
    const [denied] = await auditRecords(server);
    const { remedies, remediesVerified } = await server.ask<Explanation>('explain', {
      subject: denied?.event.eventID,
    });
    assert.deepEqual(
      [remediesVerified, remedies.map(({ document }) => document)],
      [
        true,
        [
          {
            Effect: 'Allow',
            Principal: { Federated: PROVIDER },
            Action: ['sts:AssumeRoleWithWebIdentity'],
            Condition: { StringEquals: { [`${HOST}:aud`]: AUDIENCE, [`${HOST}:sub`]: 'repo:app' } },
          },
        ],
      ],
    );
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [remedies[0]?.document] });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'deployer', PolicyDocument }));
    assert.ok(await assume(token()));
    await refusal(assume(token({ sub: 'repo:other' })));
  });

  test('of an authorized party is known by it, not by its audience', async (t) => {
    const condition = {
      StringEquals: { [`${HOST}:aud`]: 'party' },
      'ForAnyValue:StringEquals': { [`${HOST}:oaud`]: AUDIENCE },
    };
    const { assume } = await federation(t, trustIn(condition));
    const { Audience } = await assume(token({ azp: 'party' }));
    assert.equal(Audience, 'party');
    assert.equal((await refusal(assume(token()))).code, 'AccessDenied');
  });

  test('brings session tags and a source identity if the trust policy lets it', async (t) => {
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { team: ['red'] }, transitive_tag_keys: ['team'] },
      'https://aws.amazon.com/source_identity': 'jane',
    };
    const { iam, server, assume } = await federation(t);
    assert.equal((await refusal(assume(token(claims)))).code, 'AccessDenied');
    const all = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'];
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'deployer', PolicyDocument: trustIn({}, all) }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'deployer',
        PolicyName: 'list',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 'iam:ListUsers',
            Resource: '*',
            Condition: {
              StringEquals: {
                'aws:PrincipalTag/team': 'red',
                'aws:SourceIdentity': 'jane',
                'aws:FederatedProvider': PROVIDER,
              },
              Bool: { 'aws:MultiFactorAuthPresent': 'false' },
            },
          },
        }),
      }),
    );
    const onlyAs = (name: string) => {
      const PolicyDocument = trustIn({ StringEquals: { 'sts:SourceIdentity': name } }, all);
      return iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'deployer', PolicyDocument }));
    };
    await onlyAs('john');
    assert.equal((await refusal(assume(token(claims)))).code, 'AccessDenied');
    await onlyAs('jane');
    const answer = await assume(token(claims));
    assert.equal(answer.SourceIdentity, 'jane');
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'deployer', PolicyDocument: trustIn({}, all) }),
    );
    await server.client(IAMClient, credentialsOf(answer.Credentials)).send(new ListUsersCommand({}));
    const plain = server.client(IAMClient, credentialsOf((await assume(token())).Credentials));
    assert.equal((await refusal(plain.send(new ListUsersCommand({})))).code, 'AccessDenied');
  });

  test('is let in or kept out by the tags that its token brings', async (t) => {
    const tags = (names: object) => ({ 'https://aws.amazon.com/tags': { principal_tags: names } });
    const may = trustIn({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }, [
      'sts:AssumeRoleWithWebIdentity',
      'sts:TagSession',
    ]);
    const { assume } = await federation(t, may);
    await assume(token(tags({ team: ['blue'] })));
    assert.equal((await refusal(assume(token(tags({ other: ['x'] }))))).code, 'AccessDenied');
    assert.equal((await refusal(assume(token()))).code, 'AccessDenied');
  });

  test('is recorded with its provider, and never with its token', async (t) => {
    const { server, assume } = await federation(t);
    const given = token();
    await assume(given);
    const records = await auditRecords(server);
    const found = records.find(({ event }) => event.eventName === 'AssumeRoleWithWebIdentity');
    const { userIdentity, requestParameters, responseElements } = found!.event;
    const {
      provider,
      audience,
      subjectFromWebIdentityToken: subject,
    } = responseElements as Record<string, string>;
    assert.deepEqual([provider, audience, subject], [PROVIDER, AUDIENCE, 'repo:app']);
    assert.deepEqual(userIdentity, {
      type: 'WebIdentityUser',
      principalId: `${PROVIDER}:${AUDIENCE}:repo:app`,
      userName: 'repo:app',
      identityProvider: PROVIDER,
    });
    assert.deepEqual(requestParameters, { roleArn: ROLE, roleSessionName: 'run-1' });
    assert.ok(!JSON.stringify(records).includes(given.slice(-40)));
  });

  test('that proves nothing is recorded as nobody in the account of the role', async (t) => {
    const { server, assume } = await federation(t);
    await refusal(assume(token({ aud: 'others' })));
    const records = await auditRecords(server);
    const found = records.find(({ event }) => event.eventName === 'AssumeRoleWithWebIdentity');
    const { errorCode, errorMessage, recipientAccountId, userIdentity } = found!.event;
    assert.deepEqual(
      [errorCode, errorMessage],
      ['InvalidIdentityTokenException', 'Incorrect token audience'],
    );
    assert.equal(recipientAccountId, ACCOUNT);
    assert.equal((userIdentity as { type: string }).type, 'Unknown');
  });
});

describe('a token is refused', () => {
  test('unless a key of its issuer signed it', async (t) => {
    const { assume } = await federation(t);
    const forged = [
      token({}, { key: stranger.privateKey }),
      token({}, { alg: 'none', key: undefined }),
      token({}, { alg: 'HS256' }),
      token({}, { alg: 'RS256', kid: 'ec', key: ec.privateKey }),
      token({}, { kid: 'unknown' }),
      `${token().split('.').slice(0, 2).join('.')}.`,
      token().replace(
        /\.[^.]+\./,
        `.${part({ iss: ISSUER, sub: 'x', aud: AUDIENCE, iat: 1, exp: 9999999999 })}.`,
      ),
    ];
    for (const given of forged) {
      const { code, message } = await refusal(assume(given));
      assert.equal(code, 'InvalidIdentityToken');
      assert.match(message, /^The web identity token provided could not be validated\./);
    }
  });

  test('out of its time, for another audience, of an unknown issuer, or without claims', async (t) => {
    const { server, iam, assume } = await federation(t);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const expired = await refusal(assume(token({ exp: nowSeconds - 5 })));
    assert.equal(expired.code, 'ExpiredTokenException');
    assert.match(expired.message, /^Token expired: current date\/time \d+ must be before the expiration/);
    const saying = async (claims: object) => {
      const { code, message } = await refusal(assume(token(claims)));
      assert.equal(code, 'InvalidIdentityToken');
      return message;
    };
    assert.match(await saying({ nbf: nowSeconds + 60 }), /could not be validated/);
    assert.equal(await saying({ aud: 'others' }), 'Incorrect token audience');
    assert.equal(await saying({ sub: undefined }), 'Missing a required claim: sub');
    assert.equal(
      await saying({ iss: 'https://elsewhere.example.com' }),
      'No OpenIDConnect provider found in your account for https://elsewhere.example.com',
    );
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://keyless.example.com',
        ClientIDList: [AUDIENCE],
      }),
    );
    assert.match(
      await saying({ iss: 'https://keyless.example.com' }),
      /^Couldn't retrieve verification key from your identity provider/,
    );
    assert.match(
      (await refusal(assume('not-a-token'))).message,
      /^The ID Token provided is not a valid JWT\./,
    );
    await server.advance(20 * 60_000);
    assert.equal((await refusal(assume(token()))).code, 'ExpiredTokenException');
  });

  test('to the millisecond: at its end it is over, at its beginning it holds', async (t) => {
    const { server, assume } = await federation(t);
    const atSeconds = Math.floor(Date.now() / 1000);
    const clock = server.latchkey.runtime.clock as { nowMs(): number };
    const at = async (ms: number, claims: object) => {
      clock.nowMs = () => ms;
      return assume(token(claims)).then(
        () => 'let in',
        (error: Error) => error.name,
      );
    };
    const ms = atSeconds * 1000;
    assert.equal(await at(ms - 1, { exp: atSeconds }), 'let in');
    assert.equal(await at(ms, { exp: atSeconds }), 'ExpiredTokenException');
    assert.equal(await at(ms, { nbf: atSeconds }), 'let in');
    assert.equal(await at(ms - 1, { nbf: atSeconds }), 'InvalidIdentityTokenException');
  });

  test('whose claims are not the text or the number that they must be', async (t) => {
    const { assume } = await federation(t);
    for (const name of ['iss', 'sub', 'aud', 'azp']) {
      for (const value of ['', 5, null, true, {}, [''], ['x', 5], [['x']]]) {
        if (name === 'azp' && value === null) continue;
        const call = assume(token({ [name]: value }));
        const { code, status } = await refusal(call);
        assert.equal(
          code.replace(/Exception$/, ''),
          'InvalidIdentityToken',
          `${name} ${JSON.stringify(value)}`,
        );
        assert.equal(status, 400);
      }
    }
    for (const name of ['exp', 'nbf']) {
      for (const value of ['1', {}, [1]]) {
        const { code } = await refusal(assume(token({ [name]: value })));
        assert.equal(
          code.replace(/Exception$/, ''),
          'InvalidIdentityToken',
          `${name} ${JSON.stringify(value)}`,
        );
      }
    }
  });

  test('with malformed requests, in the words of STS', async (t) => {
    const { assume } = await federation(t);
    const short = await refusal(assume(token(), { DurationSeconds: 60 }));
    assert.equal(short.code, 'ValidationError');
    const long = await refusal(assume(token(), { DurationSeconds: 7200 }));
    assert.equal(
      long.message,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
    const role = await refusal(assume(token(), { RoleArn: 'arn:aws:iam::123456789012:user/john' }));
    assert.equal(role.message, 'Request ARN is invalid');
  });
});

describe('keys of an issuer', () => {
  test('are public keys of a key set, and nothing else of it is kept', async (t) => {
    const server = await startServerFor(t);
    const give = (url: unknown, given: unknown) =>
      server.ask<{ keys: number }>('issuer', { url, keySet: given });
    const mixed = {
      keys: [
        { kty: 'oct', k: 'c2VjcmV0' },
        { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'private' },
        { ...ec.publicKey.export({ format: 'jwk' }), use: 'enc' },
      ],
    };
    assert.deepEqual(await give(ISSUER, mixed), { keys: 1 });
    await assert.rejects(give('http://token.example.com', keySet), /begins with https/);
    await assert.rejects(give(ISSUER, {}), /has a list "keys"/);
    await assert.rejects(give(ISSUER, { keys: [] }), /has no RSA or EC key/);
    await assert.rejects(give(ISSUER, { keys: [{ kty: 'RSA', n: 'AQAB' }] }), /key 1 .* cannot be read/);
  });
});

describe('OpenID Connect providers', () => {
  test('are made, described, changed and deleted', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const OpenIDConnectProviderArn = PROVIDER;
    const thumbprint = 'a'.repeat(40);
    const made = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: ISSUER,
        ClientIDList: ['one'],
        ThumbprintList: [thumbprint],
        Tags: [{ Key: 'team', Value: 'red' }],
      }),
    );
    assert.equal(made.OpenIDConnectProviderArn, PROVIDER);
    const again = await refusal(iam.send(new CreateOpenIDConnectProviderCommand({ Url: ISSUER })));
    assert.equal(again.code, 'EntityAlreadyExists');
    assert.equal(again.message, `Provider with url ${ISSUER} already exists.`);

    const change = { OpenIDConnectProviderArn };
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...change, ClientID: 'two' }));
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...change, ClientID: 'two' }));
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...change, ClientID: 'one' }));
    await iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({ ...change, ThumbprintList: ['b'.repeat(40)] }),
    );
    await iam.send(
      new TagOpenIDConnectProviderCommand({ ...change, Tags: [{ Key: 'stage', Value: 'test' }] }),
    );
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...change, TagKeys: ['team'] }));
    const { Url, ClientIDList, ThumbprintList, Tags } = await iam.send(
      new GetOpenIDConnectProviderCommand(change),
    );
    assert.deepEqual(
      { Url, ClientIDList, ThumbprintList, Tags },
      {
        Url: HOST,
        ClientIDList: ['two'],
        ThumbprintList: ['b'.repeat(40)],
        Tags: [{ Key: 'stage', Value: 'test' }],
      },
    );
    const tags = await iam.send(new ListOpenIDConnectProviderTagsCommand(change));
    assert.deepEqual(tags.Tags, Tags);
    const list = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    assert.deepEqual(list.OpenIDConnectProviderList, [{ Arn: PROVIDER }]);

    await iam.send(new DeleteOpenIDConnectProviderCommand(change));
    assert.equal(
      (await refusal(iam.send(new DeleteOpenIDConnectProviderCommand(change)))).code,
      'NoSuchEntity',
    );
    const { code, message } = await refusal(iam.send(new GetOpenIDConnectProviderCommand(change)));
    assert.equal(code, 'NoSuchEntity');
    assert.equal(message, `OpenIDConnect Provider not found for arn ${PROVIDER}`);
  });

  test('have a URL that begins with https and names no port', async (t) => {
    const server = await startServerFor(t);
    const iam = server.client(IAMClient);
    const saying = async (Url: string, more: object = {}) =>
      (await refusal(iam.send(new CreateOpenIDConnectProviderCommand({ Url, ...more })))).message;
    assert.equal(await saying('example.com'), 'Invalid Open ID Connect Provider URL');
    assert.equal(
      await saying('http://example.com'),
      'Invalid Open ID Connect Provider URL. The URL must begin with https://.',
    );
    assert.equal(await saying('https://example.com:8443'), 'Invalid Open ID Connect Provider URL.');
    assert.equal(await saying('https://example.com?a=1'), 'Invalid Open ID Connect Provider URL.');
    assert.equal(
      await saying('https://example.com', { ThumbprintList: Array(6).fill('a'.repeat(40)) }),
      'Thumbprint list must contain fewer than 5 entries.',
    );
  });
});
