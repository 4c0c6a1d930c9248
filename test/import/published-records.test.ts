/**
 * Records as AWS's documentation publishes them, one kind of oddity each: every one is read for what it is, what the record leaves
 * open is unknown, and nothing that its page explains is "not understood".
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Calibration } from '../../src/explain/recorded/calibrate.ts';
import type { CoverageReport } from '../../src/explain/recorded/coverage.ts';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, event, KEY, keyEvent, ROLE_ID, roleCall } from './published-records.ts';

const { folder, worldOf } = logsWorlds();
const OTHER = KEY.replace('1234abcd', '0987dcba');
const REGIONAL = `arn:aws:kms:us-east-1:${ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
const ALIAS = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/ours`;
const ENDPOINT = 'vpce-0123456789abcdef0';

const on = (...arns: readonly string[]) => ({
  resources: arns.map((ARN) => ({ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN })),
});
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const byRoot = (Action: string, more: object = {}) =>
  allow(Action, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, ...more });
const made = (arn: string, policy: object[] = [byRoot('kms:*')], metadata: object = {}) =>
  keyEvent(
    'CreateKey',
    { policy: document(...policy) },
    { keyMetadata: { AWSAccountId: ACCOUNT, arn, ...metadata } },
    on(arn),
  );
/** As the first call of every account: with the rights to make the others. */
const admin = (...statements: object[]) => [
  event('iam', 'CreateUser', { userName: 'admin' }, { user: { userName: 'admin' } }, asRoot),
  event(
    'iam',
    'PutUserPolicy',
    { userName: 'admin', policyName: 'p', policyDocument: document(...statements) },
    null,
    asRoot,
  ),
];
const asRoot = {
  userIdentity: {
    type: 'Root',
    principalId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    accountId: ACCOUNT,
  },
};
const internal = { userIdentity: { accountId: ACCOUNT, invokedBy: 'AWS Internal' } };

async function calibrationOf(name: string, records: readonly object[]): Promise<Calibration> {
  const world = await worldOf(name, records);
  const { calibration } = (await world.questions.check?.({})) as { calibration: Calibration };
  assert.deepEqual(calibration.notUnderstood, [], name);
  assert.deepEqual(calibration.changed, [], name);
  return calibration;
}

async function stateOf(name: string, records: readonly object[], key: string) {
  const world = await worldOf(name, records);
  return (await world.questions['who-can']?.({ key })) as unknown as WhoCan;
}

describe('calls on keys', () => {
  test('each part of a ReEncrypt is asked with its own encryption context', async () => {
    const only = (name: string, value: string) => ({
      Condition: { StringEquals: { [`kms:EncryptionContext:${name}`]: value } },
    });
    const call = (source: object, destination: object, more: object = {}) =>
      keyEvent(
        'ReEncrypt',
        {
          sourceEncryptionContext: source,
          destinationEncryptionContext: destination,
          destinationKeyId: OTHER,
        },
        null,
        { ...on(KEY, OTHER), ...more },
      );
    const calibration = await calibrationOf('re-encrypt', [
      ...admin(
        allow('kms:CreateKey'),
        allow('kms:ReEncryptFrom', only('Project', 'Alpha')),
        allow('kms:ReEncryptTo', only('Level', 'high')),
      ),
      made(KEY),
      made(OTHER),
      call({ Project: 'Alpha' }, { Level: 'high' }),
      call({ Project: 'Alpha' }, { Level: 'high' }),
    ]);
    assert.equal(calibration.agreed, 6);
  });

  test('an alias is asked by IAM, each key beside it by its policy', async () => {
    const calibration = await calibrationOf('alias', [
      ...admin(allow('kms:*')),
      made(KEY),
      made(OTHER),
      keyEvent(
        'CreateAlias',
        { aliasName: 'alias/ours', targetKeyId: OTHER },
        { keyId: OTHER },
        on(ALIAS, OTHER),
      ),
      keyEvent('UpdateAlias', { aliasName: 'alias/ours', targetKeyId: KEY }, { keyId: KEY }, on(ALIAS, KEY)),
      keyEvent('DeleteAlias', { aliasName: 'alias/ours' }, { keyId: KEY }, on(ALIAS, KEY)),
    ]);
    assert.deepEqual([calibration.agreed, calibration.undecided], [7, {}]);
  });

  test('an address that the record hides is unknown, and an endpoint of a service is none', async () => {
    const near = { Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };
    const hidden = { sourceIPAddress: 'AWS Internal/3', vpcEndpointId: 'AWS Internal' };
    const byService = {
      sourceIPAddress: 'secretsmanager.amazonaws.com',
      vpcEndpointId: 'secretsmanager.amazonaws.com',
      vpcEndpointAccountId: 'secretsmanager.amazonaws.com',
    };
    const { undecided } = await calibrationOf('hidden-address', [
      ...admin(
        allow('kms:CreateKey'),
        allow('kms:Encrypt', near),
        allow('kms:Decrypt', near),
        allow('kms:GenerateDataKey'),
      ),
      made(KEY),
      keyEvent('Decrypt', { keyId: KEY }),
      keyEvent('Encrypt', { keyId: KEY }, null, hidden),
      keyEvent('GenerateDataKey', { keyId: KEY }, null, byService),
    ]);
    assert.deepEqual(undecided, { 'aws:SourceIp': 1 });
  });

  test('a grant of a service counts, if for the resource that it names', async () => {
    const grantee = 'dynamodb.amazonaws.com';
    const records = [
      ...admin(allow('kms:*')),
      made(KEY),
      keyEvent(
        'CreateGrant',
        {
          keyId: KEY,
          constraints: { sourceArn: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/ExampleTable` },
          operations: ['Decrypt', 'GenerateDataKey'],
          granteeServicePrincipal: grantee,
          retiringServicePrincipal: grantee,
        },
        { grantId: 'a'.repeat(64), keyId: KEY },
      ),
      keyEvent('GenerateDataKey', { keyId: KEY }, null, {
        userIdentity: { type: 'AWSService', invokedBy: grantee },
        sourceIPAddress: grantee,
        sharedEventID: 'b9f0a1d2-12ab-34cd-56ef-1234567890ab',
      }),
    ];
    const { undecided } = await calibrationOf('service-grant', records);
    assert.deepEqual(undecided, { 'aws:SourceArn': 1 });
    const { users } = await stateOf('service-grant-now', records, KEY);
    assert.ok(users.some(({ principal }) => principal === grantee));
  });

  test('who made them is not known of AWS itself, of forwarded sessions without a name, of Identity Center', async () => {
    const encrypt = (userIdentity: object) => keyEvent('Encrypt', { keyId: KEY }, null, { userIdentity });
    const { notAsked } = await calibrationOf('callers', [
      made(KEY, undefined, {}),
      keyEvent('SynchronizeMultiRegionKey', null, { keyId: KEY }, internal),
      encrypt({ type: 'AWSService', invokedBy: 'fas.s3.amazonaws.com' }),
      encrypt({
        type: 'IdentityCenterUser',
        accountId: ACCOUNT,
        onBehalfOf: {
          userId: '544894e8',
          identityStoreArn: `arn:aws:identitystore::${ACCOUNT}:identitystore/d-1`,
        },
        credentialId: 'EXAMPLE',
      }),
      roleCall('Decrypt'),
    ]);
    assert.deepEqual(notAsked, {
      'callers that CloudTrail does not name': 1,
      'calls of services that do not name themselves': 1,
      'users of IAM Identity Center, whose rights there are not read': 1,
    });
  });

  test('what an endpoint refused another account depends on the policy of the endpoint', async () => {
    const { undecided } = await calibrationOf('endpoint', [
      made(KEY),
      event('kms', 'ListKeys', null, null, {
        userIdentity: { type: 'AWSAccount', principalId: 'AKIAIOSFODNN7EXAMPLE', accountId: '777788889999' },
        ...{
          errorCode: 'VpceAccessDenied',
          errorMessage: 'The request was denied due to a VPC endpoint policy',
        },
        ...{ eventType: 'AwsVpceEvent', eventCategory: 'NetworkActivity', vpcEndpointId: ENDPOINT },
      }),
    ]);
    assert.ok(
      'VPC endpoint policy of a call of account 777788889999' in undecided,
      Object.keys(undecided).join(),
    );
  });
});

describe('what became of a key', () => {
  const imported = [
    made(KEY, undefined, { origin: 'EXTERNAL', keyState: 'PendingImport' }),
    keyEvent(
      'ImportKeyMaterial',
      { keyId: KEY, validTo: 'Nov 21, 2026, 5:47:45 AM', expirationModel: 'KEY_MATERIAL_EXPIRES' },
      { keyId: KEY },
    ),
  ];

  test('its imported material lasts until it expires, and then it waits for other', async () => {
    const lasting = await stateOf('imported', imported, KEY);
    assert.equal(lasting.state, 'Enabled');
    const expired = [
      ...imported,
      keyEvent('DeleteExpiredKeyMaterial', null, null, { ...internal, eventType: 'AwsServiceEvent' }),
    ];
    assert.equal((await stateOf('expired', expired, KEY)).state, 'PendingImport');
  });

  test('a primary waits for its replicas to go, and has no date until then', async () => {
    const schedule = (keyState: string, more: object) =>
      keyEvent(
        'ScheduleKeyDeletion',
        { keyId: REGIONAL },
        { keyId: REGIONAL, keyState, ...more },
        on(REGIONAL),
      );
    const waiting = [
      made(REGIONAL, undefined, { multiRegion: true }),
      schedule('PendingReplicaDeletion', { pendingWindowInDays: 30 }),
    ];
    const { state, deletionAt } = await stateOf('replicas', waiting, REGIONAL);
    assert.deepEqual([state, deletionAt], ['PendingReplicaDeletion', undefined]);
  });

  test('times are UTC, in each of the forms that CloudTrail has for them', async () => {
    for (const deletionDate of [
      'Nov 22, 2026, 6:58:30 PM',
      'Nov 22, 2026 18:58:30 PM',
      '2026-11-22T18:58:30Z',
    ]) {
      const records = [
        made(KEY),
        keyEvent(
          'ScheduleKeyDeletion',
          { keyId: KEY },
          { keyId: KEY, keyState: 'PendingDeletion', deletionDate },
        ),
      ];
      const { deletionAt } = await stateOf(deletionDate.replaceAll(/\W/g, '-'), records, KEY);
      assert.equal(deletionAt, '2026-11-22T18:58:30.000Z', deletionDate);
    }
  });

  test('its Region does not hang on where the question is asked', async () => {
    const abroad = KEY.replace('us-east-1', 'eu-west-1');
    const { key } = await stateOf('abroad', [made(abroad)], abroad);
    assert.equal(key, abroad);
  });
});

test('what was changed after it was read is named by check, and in the answer about it', async () => {
  const read = (number: number, operation: string, at: string, output: object, more: object = {}) => {
    const place = { account: ACCOUNT, region: operation.startsWith('iam:') ? 'global' : 'us-east-1' };
    const call = { operation, ...place, input: more, at };
    writeFileSync(join(folder, 'stale', `${number}.call`), JSON.stringify(call));
    writeFileSync(join(folder, 'stale', `${number}.json`), JSON.stringify(output));
  };
  mkdirSync(join(folder, 'stale'));
  const [before, after] = ['2026-10-31T00:00:00Z', '2026-11-30T00:00:00Z'];
  const KeyId = KEY.slice(KEY.indexOf('/') + 1);
  const policy = { Policy: document(byRoot('kms:*')), PolicyName: 'default' };
  read(1, 'kms:GetKeyPolicy', before, policy, { KeyId, PolicyName: 'default' });
  read(2, 'kms:ListGrants', after, { Grants: [] }, { KeyId });
  const web = {
    RoleName: 'web',
    RoleId: ROLE_ID,
    Arn: `arn:aws:iam::${ACCOUNT}:role/app/web`,
    Path: '/app/',
  };
  const roles = [{ ...web, AssumeRolePolicyDocument: document(), RolePolicyList: [] }];
  read(3, 'iam:GetAccountAuthorizationDetails', before, { UserDetailList: [], RoleDetailList: roles });
  const denied = roleCall('Decrypt', { errorCode: 'AccessDenied', errorMessage: 'denied' });
  const world = await worldOf('stale', [
    keyEvent('PutKeyPolicy', { keyId: KEY, policyName: 'default', policy: policy.Policy }),
    keyEvent('PutKeyPolicy', { keyId: KEY, policyName: 'default', policy: policy.Policy }),
    keyEvent(
      'CreateGrant',
      { keyId: KEY, granteePrincipal: ALIAS, operations: ['Decrypt'] },
      { grantId: 'b' },
    ),
    event('iam', 'PutRolePolicy', { roleName: 'web', policyName: 'p', policyDocument: document() }),
    denied,
  ]);
  const { coverage } = (await world.questions.check?.({})) as { coverage: CoverageReport };
  assert.deepEqual(
    coverage.changedSince.map(({ owner, operation, readAt, changes }) => [owner, operation, readAt, changes]),
    [
      [`${ACCOUNT}:role/web`, 'iam:GetAccountAuthorizationDetails', before, 1],
      [KEY, 'kms:GetKeyPolicy', before, 2],
    ],
  );
  const { changedSince } = (await world.questions['who-can']?.({ key: KEY })) as unknown as WhoCan;
  assert.deepEqual(changedSince, [coverage.changedSince[1]]);

  const ask = (name: string, body: Record<string, unknown>) =>
    world.questions[name]?.(body) as Promise<StaleAnswer>;
  const named = [`${ACCOUNT}:role/web`, KEY];
  for (const [name, body] of [
    ['what-can', { principal: 'role/web' }],
    ['audit', {}],
  ] as const) {
    const stale = await ask(name, body);
    assert.deepEqual(
      stale.changedSince?.map(({ owner }) => owner),
      named,
      name,
    );
  }
  const root = await ask('what-can', { principal: 'root' });
  assert.deepEqual(
    root.changedSince?.map(({ owner }) => owner),
    [KEY],
  );
  const elsewhere = await ask('audit', { accountId: '999999999999' });
  assert.equal(elsewhere.changedSince, undefined);

  const staleOf = async (name: string, body: Record<string, unknown>) =>
    ((await ask(name, body)).basis ?? []).flatMap(
      (line) =>
        /^Changed since it was read, and not considered in this answer: (\S+): /.exec(line)?.[1] ?? [],
    );
  const may = { action: 'kms:Decrypt', resource: KEY };
  assert.deepEqual(await staleOf('can', { principal: 'role/web', ...may }), named);
  assert.deepEqual(await staleOf('can', { principal: 'root', ...may }), [KEY]);
  const { basis } = await ask('can', { principal: 'root', action: 'ec2:RunInstances' });
  assert.equal(basis, undefined);
  assert.deepEqual(await staleOf('explain', { subject: denied.eventID }), named);
});

interface StaleAnswer {
  readonly changedSince?: CoverageReport['changedSince'];
  readonly basis?: readonly string[];
}
