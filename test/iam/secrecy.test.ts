/** Secret access keys, passwords, MFA seeds and session tokens: nowhere plain on the disk or in CloudTrail. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  ChangePasswordCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateSAMLProviderCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateLoginProfileCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { auditRecords } from '../worlds/account.ts';
import { startServerFor } from '../worlds/server.ts';
import { storedFiles } from '../worlds/stored-files.ts';

const FIRST_PASSWORD = 'Correct-Horse-1-Battery';
const SECOND_PASSWORD = 'Correct-Horse-2-Battery';
const THIRD_PASSWORD = 'Correct-Horse-3-Battery';

test('no secret of a person or a session is kept or told plainly', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'latchkey-iam-'));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const server = await startServerFor(t, { data });
  const secrets = new Map<string, string>([
    ['first password', FIRST_PASSWORD],
    ['second password', SECOND_PASSWORD],
    ['third password', THIRD_PASSWORD],
    ['root key', (await server.root()).secretAccessKey],
  ]);
  const keep = (name: string, secret: string | undefined) => {
    assert.ok(secret && secret.length >= 20, name);
    secrets.set(name, secret);
  };
  const iam = server.client(IAMClient);
  const UserName = 'john';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'all',
      PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  keep('access key', AccessKey?.SecretAccessKey);
  await iam.send(new CreateLoginProfileCommand({ UserName, Password: FIRST_PASSWORD }));
  await iam.send(new UpdateLoginProfileCommand({ UserName, Password: SECOND_PASSWORD }));
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
  );
  keep('MFA seed', Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString());

  const { certificate: CertificateBody, privateKey: PrivateKey } = await makeCertificate([], Date.now());
  keep('private key of a certificate', PrivateKey.split('\n')[1]);
  const ServerCertificateName = 'site';
  await iam.send(new UploadServerCertificateCommand({ ServerCertificateName, CertificateBody, PrivateKey }));
  const SAMLMetadataDocument = `<EntityDescriptor entityID="a"><IDPSSODescriptor/>${' '.repeat(1000)}</EntityDescriptor>`;
  await iam.send(
    new CreateSAMLProviderCommand({ Name: 'okta', SAMLMetadataDocument, AddPrivateKey: PrivateKey }),
  );

  const john = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  await server
    .client(IAMClient, john)
    .send(new ChangePasswordCommand({ OldPassword: SECOND_PASSWORD, NewPassword: THIRD_PASSWORD }));
  const sts = server.client(STSClient, john);
  const session = await sts.send(new GetSessionTokenCommand({}));
  const federation = await sts.send(new GetFederationTokenCommand({ Name: 'guest' }));
  for (const [name, { Credentials }] of Object.entries({ session, federation })) {
    keep(`secret of the ${name}`, Credentials?.SecretAccessKey);
    keep(`token of the ${name}`, Credentials?.SessionToken);
  }
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  await organizations.send(new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }));
  await server.settled();

  const records = await auditRecords(server);
  const names = new Set(records.map(({ event }) => event.eventName));
  for (const name of ['CreateAccessKey', 'ChangePassword', 'CreateVirtualMFADevice', 'CreateSAMLProvider']) {
    assert.ok(names.has(name), name);
  }
  const trail = JSON.stringify(records);
  const files = storedFiles(data);
  assert.ok(files.some(({ bytes }) => bytes.length > 10_000));
  for (const [name, secret] of secrets) {
    assert.ok(!trail.includes(secret), `${name} is in the trail`);
    for (const { path, bytes } of files) {
      assert.ok(!bytes.includes(secret), `${name} is in ${path}`);
      assert.ok(
        !bytes.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
        `${name} is in ${path}`,
      );
    }
  }
});
