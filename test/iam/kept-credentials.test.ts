/** Credentials and providers that IAM keeps and nothing here takes: SSH keys, certificates, SAML; and the credential report. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iam';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import type { TlsIdentity } from '../../src/platform/sockets.ts';
import { openSshLine, publicKeyOf } from '../../src/service-kit/ssh-key.ts';
import { ACCOUNT, HOUR_MS, newUser, trust } from '../worlds/account.ts';
import { codeAndMessage, refusal, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let iam: sdk.IAMClient;
let own: TlsIdentity;
let other: TlsIdentity;
before(async () => {
  server = await startServerFor(undefined);
  iam = server.client(sdk.IAMClient);
  [own, other] = await Promise.all([makeCertificate([], Date.now()), makeCertificate([], Date.now())]);
});
after(() => server.close());

const isNone = (what: string) => ['NoSuchEntity', `The ${what} cannot be found.`];

test('SSH public keys: shown in both encodings, once each, five a user', async () => {
  const UserName = 'ssh';
  await iam.send(new sdk.CreateUserCommand({ UserName }));
  const upload = (SSHPublicKeyBody: string) =>
    iam.send(new sdk.UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }));
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const line = openSshLine(publicKeyOf(publicKey), 'john@laptop');
  const { SSHPublicKey: key } = await upload(line);
  assert.deepEqual([key?.SSHPublicKeyBody, key?.Status], [line, 'Active']);
  assert.match(key!.SSHPublicKeyId!, /^APKA[A-Z0-9]{17}$/);
  assert.match(key!.Fingerprint!, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
  const SSHPublicKeyId = key!.SSHPublicKeyId!;
  const named = { UserName, SSHPublicKeyId };
  const shown = await iam.send(new sdk.GetSSHPublicKeyCommand({ ...named, Encoding: 'PEM' }));
  assert.equal(shown.SSHPublicKey?.SSHPublicKeyBody, pem);
  assert.deepEqual(await codeAndMessage(upload(pem)), [
    'DuplicateSSHPublicKey',
    'The SSH public key is already associated with the specified IAM user.',
  ]);
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const ed25519 = generateKeyPairSync('ed25519').publicKey;
  assert.equal((await codeAndMessage(upload(openSshLine(publicKeyOf(small)))))[0], 'InvalidPublicKey');
  for (const body of [
    'nothing',
    'ssh-rsa AAAA',
    own.certificate,
    own.privateKey,
    openSshLine(publicKeyOf(ed25519)),
  ]) {
    assert.deepEqual(await codeAndMessage(upload(body)), [
      'UnrecognizedPublicKeyEncoding',
      'Invalid public key uploaded.',
    ]);
  }
  await iam.send(new sdk.UpdateSSHPublicKeyCommand({ ...named, Status: 'Inactive' }));
  const { SSHPublicKeys } = await iam.send(new sdk.ListSSHPublicKeysCommand({ UserName }));
  assert.deepEqual(
    SSHPublicKeys?.map(({ UploadDate: _, ...rest }) => rest),
    [{ ...named, Status: 'Inactive' }],
  );
  assert.deepEqual(await codeAndMessage(iam.send(new sdk.DeleteUserCommand({ UserName }))), [
    'DeleteConflict',
    'Cannot delete entity, must remove referenced objects first.',
  ]);
  await iam.send(new sdk.DeleteSSHPublicKeyCommand(named));
  const absent = `Public Key with id ${SSHPublicKeyId}`;
  for (const Command of [sdk.DeleteSSHPublicKeyCommand, sdk.GetSSHPublicKeyCommand]) {
    const command = new Command({ ...named, Encoding: 'SSH' });
    assert.deepEqual(await codeAndMessage(iam.send(command as sdk.GetSSHPublicKeyCommand)), isNone(absent));
  }
});

test('signing certificates: two a user', async () => {
  const UserName = 'signer';
  await iam.send(new sdk.CreateUserCommand({ UserName }));
  const upload = (CertificateBody: string) =>
    iam.send(new sdk.UploadSigningCertificateCommand({ UserName, CertificateBody }));
  const { Certificate: first } = await upload(own.certificate);
  assert.match(first!.CertificateId!, /^[A-Z2-7]{32}$/);
  assert.equal((await codeAndMessage(upload(own.certificate)))[0], 'DuplicateCertificate');
  const { Certificate: second } = await upload(other.certificate);
  assert.deepEqual(await codeAndMessage(upload('invalid-certificate-body')), [
    'MalformedCertificate',
    'Certificate invalid-certificate-body is malformed.',
  ]);
  const third = await makeCertificate([], Date.now());
  assert.deepEqual(await codeAndMessage(upload(third.certificate)), [
    'LimitExceeded',
    'Cannot exceed quota for CertificatesPerUser: 2',
  ]);
  const CertificateId = first!.CertificateId!;
  const update = { UserName, CertificateId, Status: 'Inactive' } as const;
  await iam.send(new sdk.UpdateSigningCertificateCommand(update));
  await iam.send(new sdk.DeleteSigningCertificateCommand({ UserName, CertificateId: second!.CertificateId }));
  const { Certificates } = await iam.send(new sdk.ListSigningCertificatesCommand({ UserName }));
  assert.deepEqual(Certificates, [{ ...first, Status: 'Inactive' }]);
  const absent = { UserName, CertificateId: 'NONEXISTENTCERTID12345678901' };
  assert.deepEqual(
    await codeAndMessage(iam.send(new sdk.DeleteSigningCertificateCommand(absent))),
    isNone('Certificate with id NONEXISTENTCERTID12345678901'),
  );
});

test('what is kept for a user is found with that user alone', async () => {
  const [owner, UserName] = ['owner', 'neighbour'];
  for (const name of [owner, UserName]) await iam.send(new sdk.CreateUserCommand({ UserName: name }));
  const stranger = '210000000778';
  const abroad = server.client(sdk.IAMClient, await server.root(stranger));
  await abroad.send(new sdk.CreateUserCommand({ UserName: owner }));
  const ofOwner = { UserName: owner };
  const { AccessKeyId } = (await iam.send(new sdk.CreateAccessKeyCommand(ofOwner))).AccessKey!;
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const SSHPublicKeyBody = openSshLine(publicKeyOf(publicKey));
  const ssh = await iam.send(new sdk.UploadSSHPublicKeyCommand({ ...ofOwner, SSHPublicKeyBody }));
  const upload = { ...ofOwner, CertificateBody: own.certificate };
  const signing = await iam.send(new sdk.UploadSigningCertificateCommand(upload));
  const ServiceName = 'codecommit.amazonaws.com';
  const service = await iam.send(new sdk.CreateServiceSpecificCredentialCommand({ ...ofOwner, ServiceName }));
  const ids = {
    AccessKeyId: AccessKeyId!,
    SSHPublicKeyId: ssh.SSHPublicKey!.SSHPublicKeyId!,
    CertificateId: signing.Certificate!.CertificateId!,
    ServiceSpecificCredentialId: service.ServiceSpecificCredential!.ServiceSpecificCredentialId!,
  };
  const requests = (name: string) => {
    const input = { UserName: name, ...ids, Status: 'Inactive' as const };
    return [
      new sdk.UpdateAccessKeyCommand(input),
      new sdk.UpdateSSHPublicKeyCommand(input),
      new sdk.UpdateSigningCertificateCommand(input),
      new sdk.UpdateServiceSpecificCredentialCommand(input),
      new sdk.GetSSHPublicKeyCommand({ ...input, Encoding: 'SSH' }),
      new sdk.ResetServiceSpecificCredentialCommand(input),
      new sdk.DeleteAccessKeyCommand(input),
      new sdk.DeleteSSHPublicKeyCommand(input),
      new sdk.DeleteSigningCertificateCommand(input),
      new sdk.DeleteServiceSpecificCredentialCommand(input),
    ] as readonly sdk.DeleteAccessKeyCommand[];
  };
  for (const [client, name] of [
    [iam, UserName],
    [abroad, owner],
  ] as const) {
    for (const request of requests(name))
      assert.equal((await codeAndMessage(client.send(request)))[0], 'NoSuchEntity', request.constructor.name);
  }
  for (const request of requests(owner)) await iam.send(request);
});

test('server certificates: kept with the key that fits them, under a name and a path', async () => {
  const upload = (rest: Partial<sdk.UploadServerCertificateCommandInput>) =>
    iam.send(
      new sdk.UploadServerCertificateCommand({
        ServerCertificateName: 'site',
        CertificateBody: `${own.certificate.trim()}\n`,
        PrivateKey: own.privateKey,
        ...rest,
      }),
    );
  const unchained =
    'Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, ' +
    'followed by any intermediaries in order. The index within the chain of the invalid certificate is: -1';
  const unparsed = 'Unable to parse certificate. Please ensure the certificate is in PEM format.';
  assert.deepEqual(await codeAndMessage(upload({ CertificateBody: 'site.crt' })), [
    'MalformedCertificate',
    unparsed,
  ]);
  assert.equal((await codeAndMessage(upload({ PrivateKey: 'site.key' })))[0], 'MalformedCertificate');
  assert.equal((await codeAndMessage(upload({ PrivateKey: other.privateKey })))[0], 'KeyPairMismatch');
  for (const CertificateChain of [other.certificate, 'none']) {
    assert.deepEqual(await codeAndMessage(upload({ CertificateChain })), ['MalformedCertificate', unchained]);
  }
  const CertificateChain = own.certificate.trim();
  const Tags = [{ Key: 'team', Value: 'web' }];
  const uploaded = await upload({ Path: '/cloudfront/', CertificateChain, Tags });
  assert.deepEqual(uploaded.Tags, Tags);
  const { Arn, ServerCertificateId } = uploaded.ServerCertificateMetadata!;
  assert.equal(Arn, `arn:aws:iam::${ACCOUNT}:server-certificate/cloudfront/site`);
  assert.match(ServerCertificateId!, /^ASCA/);
  assert.deepEqual(await codeAndMessage(upload({})), [
    'EntityAlreadyExists',
    'The Server Certificate with name site already exists.',
  ]);
  await iam.send(
    new sdk.UpdateServerCertificateCommand({
      ServerCertificateName: 'site',
      NewServerCertificateName: 'shop',
      NewPath: '/',
    }),
  );
  const named = { ServerCertificateName: 'shop' };
  const { ServerCertificate } = await iam.send(new sdk.GetServerCertificateCommand(named));
  const { CertificateBody, ServerCertificateMetadata } = ServerCertificate!;
  assert.deepEqual(
    { CertificateBody, CertificateChain: ServerCertificate?.CertificateChain, Tags: ServerCertificate?.Tags },
    { CertificateBody: own.certificate.trim(), CertificateChain, Tags },
  );
  const list = (PathPrefix?: string) => iam.send(new sdk.ListServerCertificatesCommand({ PathPrefix }));
  assert.deepEqual((await list()).ServerCertificateMetadataList, [ServerCertificateMetadata]);
  assert.deepEqual((await list('/cloudfront/')).ServerCertificateMetadataList, []);
  await iam.send(new sdk.UntagServerCertificateCommand({ ...named, TagKeys: ['team'] }));
  assert.deepEqual((await iam.send(new sdk.ListServerCertificateTagsCommand(named))).Tags, []);
  await iam.send(new sdk.DeleteServerCertificateCommand(named));
  assert.deepEqual(
    await codeAndMessage(iam.send(new sdk.GetServerCertificateCommand(named))),
    isNone('Server Certificate with name shop'),
  );
});

test('SAML providers: what a role may trust', async () => {
  const metadata = (host: string) =>
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://${host}/">` +
    `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;
  const create = (rest: Partial<sdk.CreateSAMLProviderCommandInput>) =>
    iam.send(
      new sdk.CreateSAMLProviderCommand({ Name: 'okta', SAMLMetadataDocument: metadata('a.com'), ...rest }),
    );
  const withoutRole = metadata('a.com').replaceAll('IDPSSODescriptor', 'SPSSODescriptor');
  const withoutId = metadata('a.com').replace('entityID', 'ID');
  for (const SAMLMetadataDocument of [withoutRole, withoutId]) {
    assert.equal((await codeAndMessage(create({ SAMLMetadataDocument })))[1], 'Could not parse metadata');
  }
  assert.deepEqual(await codeAndMessage(create({ SAMLMetadataDocument: '<no/>'.padEnd(1000) })), [
    'InvalidInput',
    'Could not parse metadata',
  ]);
  const { SAMLProviderArn } = await create({});
  assert.equal(SAMLProviderArn, `arn:aws:iam::${ACCOUNT}:saml-provider/okta`);
  assert.equal((await codeAndMessage(create({})))[0], 'EntityAlreadyExists');
  await iam.send(
    new sdk.UpdateSAMLProviderCommand({
      SAMLProviderArn,
      SAMLMetadataDocument: metadata('b.com'),
      AssertionEncryptionMode: 'Required',
      AddPrivateKey: own.privateKey,
    }),
  );
  const get = () => iam.send(new sdk.GetSAMLProviderCommand({ SAMLProviderArn }));
  const shown = await get();
  assert.deepEqual(
    [shown.SAMLMetadataDocument, shown.AssertionEncryptionMode, shown.Tags, shown.PrivateKeyList?.length],
    [metadata('b.com'), 'Required', [], 1],
  );
  assert.match(shown.SAMLProviderUUID!, /^[A-Z0-9]{22,64}$/);
  const RemovePrivateKey = shown.PrivateKeyList?.[0]?.KeyId;
  await iam.send(new sdk.UpdateSAMLProviderCommand({ SAMLProviderArn, RemovePrivateKey }));
  assert.deepEqual((await get()).PrivateKeyList, []);
  const { SAMLProviderList } = await iam.send(new sdk.ListSAMLProvidersCommand({}));
  const { CreateDate, ValidUntil } = shown;
  assert.deepEqual(SAMLProviderList, [{ Arn: SAMLProviderArn, CreateDate, ValidUntil }]);
  await iam.send(
    new sdk.CreateRoleCommand({
      RoleName: 'federated',
      AssumeRolePolicyDocument: trust({ Federated: SAMLProviderArn }, { Action: 'sts:AssumeRoleWithSAML' }),
    }),
  );
  const { SummaryMap } = await iam.send(new sdk.GetAccountSummaryCommand({}));
  assert.equal(SummaryMap?.Providers, 1);
  await iam.send(new sdk.DeleteSAMLProviderCommand({ SAMLProviderArn }));
  assert.deepEqual(await codeAndMessage(get()), [
    'NoSuchEntity',
    `Manifest not found for arn ${SAMLProviderArn}`,
  ]);
});

test('root, who names no user, is shown its own: the one access key, and nothing else', async () => {
  const account = '210000000778';
  const root = await server.root(account);
  const client = server.client(sdk.IAMClient, root);
  await newUser(server, 'somebody', { account });
  const { AccessKeyMetadata } = await client.send(new sdk.ListAccessKeysCommand({}));
  assert.deepEqual(
    AccessKeyMetadata!.map(({ CreateDate, ...shown }) => [shown, CreateDate instanceof Date]),
    [[{ AccessKeyId: root.accessKeyId, Status: 'Active' }, true]],
  );
  assert.deepEqual((await client.send(new sdk.ListMFADevicesCommand({}))).MFADevices, []);
  assert.deepEqual((await client.send(new sdk.ListSigningCertificatesCommand({}))).Certificates, []);
  assert.equal(
    (await refusal(client.send(new sdk.CreateAccessKeyCommand({})))).message,
    'Must specify userName when calling with non-User credentials',
  );
});

test('the credential report: a line for each user, kept four hours', async () => {
  const account = '210000000777';
  const root = await server.root(account);
  const client = server.client(sdk.IAMClient, root);
  const get = () => client.send(new sdk.GetCredentialReportCommand({}));
  // What the SDK says where there is no message.
  assert.deepEqual(await refusal(get()), { code: 'ReportNotPresent', message: 'Unknown', status: 410 });
  const { name, credentials } = await newUser(server, 'reported', { account });
  await client.send(new sdk.CreateLoginProfileCommand({ UserName: name, Password: 'Correct-Horse-1' }));
  await server
    .client(sdk.IAMClient, credentials)
    .send(new sdk.GetUserCommand({}))
    .catch(() => undefined);
  for (const [CertificateBody, Status] of [
    [own.certificate, 'Active'],
    [other.certificate, 'Inactive'],
  ] as const) {
    const upload = new sdk.UploadSigningCertificateCommand({ UserName: name, CertificateBody });
    const { CertificateId } = (await client.send(upload)).Certificate!;
    await client.send(new sdk.UpdateSigningCertificateCommand({ UserName: name, CertificateId, Status }));
  }
  const generate = () => client.send(new sdk.GenerateCredentialReportCommand({}));
  const [first, second] = [await generate(), await generate()];
  assert.deepEqual([first.State, second.State], ['STARTED', 'COMPLETE']);
  const { Content, ReportFormat } = await get();
  assert.equal(ReportFormat, 'text/csv');
  const [header, ...lines] = Buffer.from(Content!).toString().split('\n');
  const columns = header!.split(',');
  const row = (user: string) => {
    const cells = lines.find((line) => line.startsWith(`${user},`))!.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index]]));
  };
  const user = row('reported');
  assert.deepEqual(
    [user.arn, user.password_enabled, user.password_last_used, user.password_next_rotation, user.mfa_active],
    [`arn:aws:iam::${account}:user/reported`, 'true', 'no_information', 'N/A', 'false'],
  );
  assert.match(user.user_creation_time!, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  assert.deepEqual(
    [user.access_key_1_active, user.access_key_1_last_used_service, user.access_key_2_last_rotated],
    ['true', 'iam', 'N/A'],
  );
  const { cert_1_active, cert_2_active, cert_1_last_rotated } = user;
  assert.deepEqual([cert_1_active, cert_2_active].sort(), ['false', 'true']);
  assert.notEqual(cert_1_last_rotated, 'N/A');
  assert.equal(row('<root_account>').cert_1_active, 'false');
  assert.equal(row('<root_account>').arn, `arn:aws:iam::${account}:root`);
  await server.advance(4 * HOUR_MS);
  assert.equal((await refusal(get())).code, 'ReportExpired');
  assert.equal((await generate()).State, 'STARTED');
});
