/**
 * Callers whom policies see otherwise than as a user or a role: federated users, bearers of a provider's token, callers of other
 * accounts. And what a call that went through says of policies that nobody has read. All from files, as AWS writes them.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Calibration } from '../../src/explain/recorded/calibrate.ts';
import { renderRecordedWhatIf } from '../../src/explain/recorded/render-recorded.ts';
import type { RecordedWhatIf } from '../../src/explain/recorded/what-if-recorded.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { openForImport, saveSnapshot } from '../../src/import/snapshot/store.ts';
import { openImportedWorld } from '../../src/imported-world.ts';
import { policy, statement } from '../worlds/account.ts';

const OWNER = '111122223333';
const PARTNER = '444455556666';
const STRANGER = '777788889999';
const REGION = 'us-west-2';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${OWNER}:key/${KEY_ID}`;
const GITHUB = 'token.actions.githubusercontent.com';
const REPOSITORY = 'repo:octo-org/app:ref:refs/heads/main';
const OIDC = `arn:aws:iam::${OWNER}:oidc-provider/${GITHUB}`;
const SAML = `arn:aws:iam::${OWNER}:saml-provider/Corp`;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-callers-'));
after(() => rmSync(folder, { recursive: true }));
let worlds = 0;

type Json = Record<string, unknown>;
const iam = (account: string, name: string) => `arn:aws:iam::${account}:${name}`;
const allows = (AWS: string | readonly string[], actions: string | readonly string[] = 'kms:*') =>
  statement(actions, { Principal: { AWS } });
const OWN = allows(iam(OWNER, 'root'));

/** A call of KMS on the key that went through, unless `more` says otherwise. */
const decrypt = (userIdentity: Json, more: Json = {}) => ({
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  userIdentity,
  requestParameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
  resources: [{ accountId: OWNER, type: 'AWS::KMS::Key', ARN: KEY }],
  ...more,
});

const refused = { errorCode: 'AccessDenied', errorMessage: 'Not authorized' };
const assume = (eventName: string, role: string, userIdentity: Json, more: Json = {}) => ({
  eventSource: 'sts.amazonaws.com',
  eventName,
  userIdentity,
  requestParameters: {
    roleArn: iam(OWNER, `role/${role}`),
    roleSessionName: 'build',
    ...(eventName === 'AssumeRoleWithSAML' && { principalArn: SAML }),
  },
  ...more,
});

const ann = { type: 'IAMUser', principalId: 'AIDAEXAMPLEANN', arn: iam(OWNER, 'user/ann'), accountId: OWNER };
const federated = (name: string, issuer = 'ann') => ({
  type: 'FederatedUser',
  principalId: `${OWNER}:${name}`,
  arn: `arn:aws:sts::${OWNER}:federated-user/${name}`,
  accountId: OWNER,
  accessKeyId: 'ASIAEXAMPLEFED',
  sessionContext: {
    sessionIssuer: {
      type: 'IAMUser',
      principalId: `AIDAEXAMPLE${issuer.toUpperCase()}`,
      arn: iam(OWNER, `user/${issuer}`),
      accountId: OWNER,
      userName: issuer,
    },
    attributes: { creationDate: '2026-11-01T09:00:00Z', mfaAuthenticated: 'false' },
  },
});
const byToken = (subject = REPOSITORY) => ({
  type: 'WebIdentityUser',
  principalId: `${OIDC}:sts.amazonaws.com:${subject}`,
  userName: subject,
  identityProvider: OIDC,
});
const bySaml = {
  type: 'SAMLUser',
  principalId: 'SampleNameQualifierHash=:jane@example.com',
  userName: 'jane@example.com',
  identityProvider: 'https://idp.example.com/saml',
};
const abroad = (accountId: string, principalId: string) => ({ type: 'AWSAccount', principalId, accountId });

interface Account {
  readonly keyPolicy?: readonly object[];
  readonly annMay?: readonly object[];
  readonly records: readonly Json[];
}

/** Saved outputs and a log file, imported; the world that they make. */
async function world({ keyPolicy = [OWN], annMay = [statement('s3:ListAllMyBuckets')], records }: Account) {
  const name = String(worlds++);
  const put = (path: string, content: object) => {
    const file = join(folder, name, 'in', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(content));
  };
  const trust = (Principal: object, Action: string, Condition?: object) =>
    JSON.parse(policy({ Effect: 'Allow', Principal, Action, ...(Condition && { Condition }) })) as object;
  const role = (RoleName: string, AssumeRolePolicyDocument: object) => ({
    RoleName,
    RoleId: `AROAEXAMPLE${RoleName.toUpperCase()}`,
    Arn: iam(OWNER, `role/${RoleName}`),
    AssumeRolePolicyDocument,
    RolePolicyList: [],
    AttachedManagedPolicies: [],
    InstanceProfileList: [],
  });
  const StringEquals = { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: REPOSITORY };
  put('details.json', {
    UserDetailList: [
      {
        UserName: 'ann',
        UserId: 'AIDAEXAMPLEANN',
        Arn: iam(OWNER, 'user/ann'),
        UserPolicyList: [{ PolicyName: 'p', PolicyDocument: JSON.parse(policy(...annMay)) as object }],
        AttachedManagedPolicies: [],
        GroupList: [],
      },
    ],
    RoleDetailList: [
      role('build', trust({ Federated: OIDC }, 'sts:AssumeRoleWithWebIdentity', { StringEquals })),
      role('staff', trust({ Federated: SAML }, 'sts:AssumeRoleWithSAML')),
    ],
    GroupDetailList: [],
    Policies: [],
  });
  put(`${OWNER}/${REGION}/keys.json`, { Keys: [{ KeyId: KEY_ID, KeyArn: KEY }] });
  put('key.json', {
    KeyMetadata: {
      ...{ AWSAccountId: OWNER, KeyId: KEY_ID, Arn: KEY, KeyManager: 'CUSTOMER', Origin: 'AWS_KMS' },
      ...{ CreationDate: '2025-01-01T00:00:00Z', Enabled: true, KeyState: 'Enabled' },
      ...{ KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' },
    },
  });
  put(`${OWNER}/${REGION}/policy of ${KEY_ID}.json`, { Policy: policy(...keyPolicy) });
  put(`${OWNER}/${REGION}/grants of ${KEY_ID}.json`, { Grants: [] });
  put(
    `AWSLogs/${OWNER}/CloudTrail/${REGION}/2026/11/02/${OWNER}_CloudTrail_${REGION}_20261102T0000Z_Abcdef0123456789.json`,
    {
      Records: records.map((record, at) => ({
        eventVersion: '1.11',
        eventTime: `2026-11-02T10:0${at}:00Z`,
        awsRegion: REGION,
        sourceIPAddress: '192.0.2.10',
        userAgent: 'aws-cli/2.15.0',
        responseElements: null,
        requestID: `request-${at}`,
        eventID: `event-${at}`,
        eventType: 'AwsApiCall',
        recipientAccountId: OWNER,
        ...record,
      })),
    },
  );
  const out = join(folder, name, 'out');
  const into = openForImport(out);
  await importFiles([join(folder, name, 'in')], into);
  saveSnapshot(out, into);
  const opened = await openImportedWorld(out);
  const place = { accountId: OWNER, region: REGION };
  return {
    close: () => opened.close(),
    check: async () => (await opened.questions.check!({})) as { calibration: Calibration; text: string },
    whatIf: async (...statements: object[]) => {
      const asked = { ...place, key: KEY, policy: policy(...statements) };
      const answer = (await opened.questions['what-if']!(asked)) as RecordedWhatIf;
      return { ...answer, text: renderRecordedWhatIf(answer) };
    },
  };
}

describe('a federated user', () => {
  test('has what its user may: the session’s own policy is missing, and is named', async () => {
    const annMay = [statement('kms:Decrypt')];
    const { check, close } = await world({
      annMay,
      records: [decrypt(federated('bob'), { ...refused, requestParameters: null })],
    });
    const { calibration } = await check();
    assert.deepEqual(Object.keys(calibration.notAsked), []);
    assert.ok(
      Object.keys(calibration.undecided).some((name) => name.startsWith('session policy of')),
      JSON.stringify(calibration),
    );
    await close();
  });

  test('a call that went through went through the session’s policy too', async () => {
    const annMay = [statement('kms:Decrypt')];
    const { check, whatIf, close } = await world({ annMay, records: [decrypt(federated('bob'))] });
    const { calibration } = await check();
    assert.deepEqual([calibration.agreed, calibration.agreement], [1, 1]);
    const { denied, text } = await whatIf(allows(iam(OWNER, 'root'), 'kms:Describe*'));
    assert.deepEqual(
      denied.map(({ who, action }) => [who, action]),
      [['federated user bob', 'kms:Decrypt']],
      text,
    );
    await close();
  });

  test('may nothing that its user may not', async () => {
    const { check, close } = await world({
      records: [decrypt(federated('bob'), { ...refused, requestParameters: null })],
    });
    const { calibration } = await check();
    assert.deepEqual([calibration.agreed, calibration.agreement], [1, 1], JSON.stringify(calibration));
    await close();
  });
});

describe('the bearer of a token', () => {
  test('is decided by the trust policy, with the claims by which CloudTrail names him', async () => {
    const { check, close } = await world({
      records: [
        assume('AssumeRoleWithWebIdentity', 'build', byToken()),
        assume(
          'AssumeRoleWithWebIdentity',
          'build',
          byToken('repo:octo-org/other:ref:refs/heads/main'),
          refused,
        ),
        assume('AssumeRoleWithSAML', 'staff', bySaml),
      ],
    });
    const { calibration } = await check();
    assert.deepEqual(
      [calibration.agreed, calibration.agreement, calibration.notAsked],
      [3, 1, {}],
      JSON.stringify(calibration),
    );
    await close();
  });
});

describe('a caller of another account', () => {
  const role = iam(PARTNER, 'role/reader');
  const records = [
    decrypt(abroad(PARTNER, 'AROAEXAMPLEREADER:one')),
    decrypt(abroad(PARTNER, 'AROAEXAMPLEREADER:one')),
    decrypt(abroad(STRANGER, 'AIDAEXAMPLESTRANGER')),
  ];
  const keyPolicy = [
    OWN,
    allows([iam(PARTNER, 'root'), role], 'kms:Decrypt'),
    allows(STRANGER, 'kms:Decrypt'),
  ];

  test('comes out as AWS decided as far as the key goes', async () => {
    const { check, close } = await world({ keyPolicy, records });
    const { calibration } = await check();
    assert.deepEqual(
      [calibration.agreed, calibration.agreement, calibration.notAsked],
      [3, 1, {}],
      JSON.stringify(calibration),
    );
    assert.ok(Object.keys(calibration.agreedAsPassed).some((name) => name.includes(`account ${PARTNER}`)));
    await close();
  });

  test('whom a change shuts out, his use breaks, whatever his own account says', async () => {
    const { whatIf, close } = await world({ keyPolicy, records });
    const { hasVerdict, denied, undecided, text } = await whatIf(OWN, allows(STRANGER, 'kms:Decrypt'));
    assert.equal(hasVerdict, true, text);
    assert.deepEqual(
      denied.map(({ who, action, count }) => [who, action, count]),
      [[`AROAEXAMPLEREADER:one of account ${PARTNER}`, 'kms:Decrypt', 2]],
      text,
    );
    assert.deepEqual(undecided, []);
    await close();
  });

  test('who may be one of several: it cannot be told for whom it breaks, and why is said', async () => {
    const both = [OWN, allows([role, iam(PARTNER, 'role/writer')], 'kms:Decrypt')];
    const { whatIf, close } = await world({ keyPolicy: both, records: records.slice(0, 2) });
    const one = await whatIf(OWN, allows(role, 'kms:Decrypt'));
    assert.deepEqual(one.denied, []);
    assert.match(one.undecided[0]?.missing.join() ?? '', /which principal of the other account it was/);
    const none = await whatIf(OWN);
    assert.equal(none.denied.length, 1, none.text);
    await close();
  });

  test('a user may be a user whom the key names, a session a role or a session of that name', async () => {
    const user = iam(PARTNER, 'user/reader');
    const session = `arn:aws:sts::${PARTNER}:assumed-role/reader/one`;
    const writer = iam(PARTNER, 'role/writer');
    for (const [id, named, others] of [
      ['AIDAEXAMPLEREADER', [user, session], [session, role, writer]],
      ['AROAEXAMPLEREADER:one', [user, session], [user, writer]],
      ['AROAEXAMPLEREADER:one', [user, role], [user, writer]],
    ] as const) {
      const keyPolicy = [OWN, allows(named, 'kms:Decrypt')];
      const { whatIf, close } = await world({ keyPolicy, records: [decrypt(abroad(PARTNER, id))] });
      const shutOut: string[] = [];
      for (const left of [user, session, role, writer])
        if ((await whatIf(OWN, allows(left, 'kms:Decrypt'))).denied.length > 0) shutOut.push(left);
      assert.deepEqual(shutOut, others);
      await close();
    }
  });
});

test('a control policy that nobody read let through what went through: what a change breaks is the change’s alone', async () => {
  const annMay = [statement('kms:*')];
  const { check, whatIf, close } = await world({ annMay, records: [decrypt(ann)] });
  const { calibration, text: checked } = await check();
  assert.equal(calibration.agreement, 1, checked);
  const narrower = await whatIf(allows(iam(OWNER, 'root'), 'kms:Describe*'));
  assert.deepEqual([narrower.hasVerdict, narrower.denied.length], [true, 1], narrower.text);
  const { hasVerdict, denied, undecided, provided, text } = await whatIf(
    allows(iam(OWNER, 'root'), ['kms:Describe*', 'kms:Decrypt']),
  );
  assert.deepEqual([hasVerdict, denied, undecided], [true, [], []]);
  assert.ok(
    provided.some((name) => /control polic/.test(name)),
    JSON.stringify(provided),
  );
  assert.match(text, /assumed to allow what it allowed before: .*control polic/);
  await close();
});
