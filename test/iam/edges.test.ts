/** What a user, a provider or an account has at most, to the last one and one more; and MFA codes at the edge of their time. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { openSshLine, publicKeyOf } from '../../src/service-kit/ssh-key.ts';
import { ACCOUNT, allow, DAY_MS, HOUR_MS, newUser } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let root: Credentials;
before(async () => {
  server = await startServerFor(undefined);
  root = await server.root();
  await call('CreateUser', { UserName: 'mia' });
  await call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('kms:*') });
});
after(() => server.close());

type Output = Readonly<Record<string, Record<string, unknown>>>;
const call = (operation: string, input: object, service = 'iam', as = root) =>
  anyCall(server, as, { service, operation, input }) as Promise<Output>;
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error) => error.message,
  );

const UserName = 'mia';
const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/p`;
const METADATA =
  '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://a.com/">' +
  `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;

/** A device with the code that it shows so many steps from now. */
async function newDevice(VirtualMFADeviceName: string) {
  const { VirtualMFADevice: device } = await call('CreateVirtualMFADevice', { VirtualMFADeviceName });
  const { SerialNumber, Base32StringSeed } = device as {
    SerialNumber: string;
    Base32StringSeed: Uint8Array;
  };
  const seed = seedBytes(Buffer.from(Base32StringSeed).toString());
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const code = (steps: number) => mfaCode(seed, nowMs + steps * STEP_MS);
  const pair = (second: number) => ({
    AuthenticationCode1: code(second - 1),
    AuthenticationCode2: code(second),
  });
  return { SerialNumber, code, pair };
}

function sshKey(byte: number): string {
  const n = Buffer.alloc(256, byte).toString('base64url');
  return openSshLine(publicKeyOf(createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })), 'k');
}

const certificate = async () => (await makeCertificate([], Date.now())).certificate;

/** One more each time; the first so many are made already where a thing begins with some. */
const ROWS: readonly (readonly [string, number, (at: number) => Promise<unknown>])[] = [
  ['AccessKeysPerUser', 2, () => call('CreateAccessKey', { UserName })],
  [
    'CertificatesPerUser',
    2,
    async () => call('UploadSigningCertificate', { UserName, CertificateBody: await certificate() }),
  ],
  [
    'SSHPublicKeysPerUser',
    5,
    (at) => call('UploadSSHPublicKey', { UserName, SSHPublicKeyBody: sshKey(0xa5 + 2 * at) }),
  ],
  [
    'ServiceSpecificCredentialsPerUser',
    2,
    () => call('CreateServiceSpecificCredential', { UserName, ServiceName: 'codecommit.amazonaws.com' }),
  ],
  [
    'MFADevicesPerUser',
    8,
    async (at) => {
      const { SerialNumber, pair } = await newDevice(`device-${at}`);
      return call('EnableMFADevice', { UserName, SerialNumber, ...pair(0) });
    },
  ],
  [
    'GroupsPerUser',
    10,
    async (at) => {
      await call('CreateGroup', { GroupName: `group-${at}` });
      return call('AddUserToGroup', { UserName, GroupName: `group-${at}` });
    },
  ],
];

describe('there are at most', () => {
  for (const [quota, most, one] of ROWS)
    test(`${most} ${quota}`, async () => {
      for (let at = 0; at < most; at++) await one(at);
      assert.equal(await said(one(most)), `Cannot exceed quota for ${quota}: ${most}`);
    });

  test('20 ServerCertificatesPerAccount', async () => {
    const { certificate: CertificateBody, privateKey: PrivateKey } = await makeCertificate([], Date.now());
    const upload = (at: number) =>
      call('UploadServerCertificate', { ServerCertificateName: `site-${at}`, CertificateBody, PrivateKey });
    for (let at = 0; at < 20; at++) await upload(at);
    assert.equal(await said(upload(20)), 'Cannot exceed quota for ServerCertificatesPerAccount: 20');
  });

  test('two PrivateKeysPerSAMLProvider', async () => {
    const keys = await Promise.all(
      [1, 2, 3].map(async () => (await makeCertificate([], Date.now())).privateKey),
    );
    const { SAMLProviderArn } = await call('CreateSAMLProvider', {
      Name: 'okta',
      SAMLMetadataDocument: METADATA,
      AddPrivateKey: keys[0],
    });
    const add = (AddPrivateKey: unknown) => call('UpdateSAMLProvider', { SAMLProviderArn, AddPrivateKey });
    await add(keys[1]);
    assert.equal(await said(add(keys[2])), 'Cannot exceed quota for PrivateKeysPerSAMLProvider: 2');
  });

  test('five versions of a policy, whose numbers go on', async () => {
    const version = () => call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') });
    for (let at = 2; at <= 5; at++) assert.equal((await version()).PolicyVersion!.VersionId, `v${at}`);
    assert.equal(
      await said(version()),
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing ' +
        'version.',
    );
    for (const [gone, next] of [
      ['v5', 'v6'],
      ['v6', 'v7'],
    ]) {
      await call('DeletePolicyVersion', { PolicyArn, VersionId: gone });
      assert.equal((await version()).PolicyVersion!.VersionId, next);
    }
  });

  test('five thumbprints of an OIDC provider, each of forty characters', async () => {
    const provide = (host: string, ThumbprintList: string[]) =>
      call('CreateOpenIDConnectProvider', { Url: `https://${host}.example.com`, ThumbprintList });
    const prints = (count: number) => Array.from({ length: count }, (_, at) => String(at).padStart(40, 'a'));
    await provide('five', prints(5));
    assert.equal(await said(provide('six', prints(6))), 'Thumbprint list must contain fewer than 5 entries.');
    for (const length of [39, 41]) assert.notEqual(await said(provide('odd', ['a'.repeat(length)])), 'done');
    const OpenIDConnectProviderArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/five.example.com`;
    const update = (ThumbprintList: string[]) =>
      call('UpdateOpenIDConnectProviderThumbprint', { OpenIDConnectProviderArn, ThumbprintList });
    assert.equal(await said(update(prints(5))), 'done');
    assert.equal(await said(update(prints(6))), 'Thumbprint list must contain fewer than 5 entries.');
  });
});

test('a key of a service ends to the second, after as many days as were asked for', async () => {
  await call('CreateUser', { UserName: 'days' });
  for (const CredentialAgeDays of [1, 36_600]) {
    const { ServiceSpecificCredential: made } = await call('CreateServiceSpecificCredential', {
      UserName: 'days',
      ServiceName: 'bedrock.amazonaws.com',
      CredentialAgeDays,
    });
    const { CreateDate, ExpirationDate } = made as { CreateDate: Date; ExpirationDate: Date };
    assert.equal(ExpirationDate.getTime() - CreateDate.getTime(), CredentialAgeDays * DAY_MS);
  }
});

test('a password is to be changed after as many days, and a report is good for four hours', async (t) => {
  const clock = server.latchkey.runtime.clock as { nowMs(): number };
  const { nowMs } = clock;
  const atMs = Math.floor(nowMs.call(clock) / 1000) * 1000;
  t.after(() => {
    clock.nowMs = nowMs;
  });
  clock.nowMs = () => atMs;
  await call('UpdateAccountPasswordPolicy', { MaxPasswordAge: 1095 });
  await call('CreateUser', { UserName: 'aging' });
  await call('CreateLoginProfile', { UserName: 'aging', Password: 'Correct-Horse-1' });
  await call('GenerateCredentialReport', {});
  const { Content } = (await call('GetCredentialReport', {})) as unknown as { Content: Uint8Array };
  const line = Buffer.from(Content)
    .toString()
    .split('\n')
    .find((each) => each.startsWith('aging,'));
  const [, , , , , changed, rotates] = line!.split(',');
  assert.equal(Date.parse(rotates!) - Date.parse(changed!), 1095 * DAY_MS);
  clock.nowMs = () => atMs + 4 * HOUR_MS - 1;
  assert.equal(await said(call('GetCredentialReport', {})), 'done');
  clock.nowMs = () => atMs + 4 * HOUR_MS;
  assert.notEqual(await said(call('GetCredentialReport', {})), 'done');
});

describe('a code of an MFA device', () => {
  const WRONG = 'MultiFactorAuthentication failed with invalid MFA one time pass code. ';
  const UNKNOWN =
    'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
    'Please verify your MFA serial number is valid and associated with this user.';
  const NOT_VALID = 'Authentication code for device is not valid.';
  const frozen = (t: { after(done: () => void): void }) => {
    const clock = server.latchkey.runtime.clock as { nowMs(): number };
    const { nowMs } = clock;
    const atMs = nowMs.call(clock);
    clock.nowMs = () => atMs;
    t.after(() => {
      clock.nowMs = nowMs;
    });
  };
  const user = async (name: string) => {
    const { credentials } = await newUser(server, name);
    const { SerialNumber, code, pair } = await newDevice(name);
    const enable = (second: number) =>
      said(call('EnableMFADevice', { UserName: name, SerialNumber, ...pair(second) }));
    const use = (steps: number) =>
      said(call('GetSessionToken', { SerialNumber, TokenCode: code(steps) }, 'sts', credentials));
    return { SerialNumber, enable, use, pair };
  };

  test('is good two steps before and after its time, once', async (t) => {
    frozen(t);
    const { enable, use } = await user('exact');
    assert.equal(await enable(0), 'done');
    for (const steps of [-3, 3]) assert.equal(await use(steps), WRONG);
    for (const steps of [2, -2, 0, -1, 1]) {
      assert.equal(await use(steps), 'done');
      assert.equal(await use(steps), WRONG);
    }
    for (const steps of [-2, -1, 0, 1, 2]) assert.equal(await use(steps), WRONG);
  });

  test('is good by the clock that the device was synchronized with', async (t) => {
    frozen(t);
    const { enable, use } = await user('ahead');
    assert.equal(await enable(40), 'done');
    for (const steps of [0, 37, 43]) assert.equal(await use(steps), WRONG);
    for (const steps of [38, 42]) assert.equal(await use(steps), 'done');
  });

  test('synchronizes a clock that is a thousand steps off, by two in a row', async (t) => {
    frozen(t);
    for (const [name, second, expected] of [
      ['fast', 1000, 'done'],
      ['faster', 1001, NOT_VALID],
      ['slow', -1000, 'done'],
      ['slower', -1001, NOT_VALID],
    ] as const)
      assert.equal(await (await user(name)).enable(second), expected, name);
  });

  test('is good for its own user alone, and after the device is taken for nobody', async (t) => {
    frozen(t);
    const { SerialNumber, enable, use, pair } = await user('owner');
    const { credentials } = await newUser(server, 'thief');
    assert.equal(await use(0), UNKNOWN);
    assert.equal(await enable(0), 'done');
    const own = { UserName: 'owner', SerialNumber };
    const invalid = 'MFA Device invalid for user.';
    for (const name of ['DeactivateMFADevice', 'GetMFADevice', 'ResyncMFADevice'])
      assert.equal(await said(call(name, { ...own, UserName: 'thief', ...pair(2) })), invalid, name);
    assert.notEqual(await said(call('GetSessionToken', { SerialNumber }, 'sts', credentials)), 'done');
    await call('DeactivateMFADevice', own);
    assert.equal(await use(1), UNKNOWN);
    assert.equal(await said(call('ResyncMFADevice', { ...own, ...pair(2) })), invalid);
    assert.equal(await said(call('GetMFADevice', own)), invalid);
    assert.equal(await enable(2), 'done');
  });
});
