/** IAM's whole answers: every noun made, read, listed, changed and ended, with what is recorded. */
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { makeCertificate } from '../../src/platform/node/certificate.ts';
import { openSshLine, publicKeyOf } from '../../src/service-kit/ssh-key.ts';
import {
  allow,
  allowing,
  auditRecords,
  deny,
  denying,
  newUser,
  policy,
  statement,
  trust,
} from '../worlds/account.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { transcripts } from '../worlds/transcript.ts';

const { server, transcript } = await transcripts(import.meta.url);

function begun(account: string, name: string) {
  const t = transcript(account, name);
  return { t, call: (operation: string, input: object = {}) => t.call(`iam:${operation}`, input) };
}
const Tags = [{ Key: 'team', Value: 'core' }];
const PolicyDocument = allow('kms:*');
const AssumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' });

test('users and groups, their keys, policies and boundaries', async () => {
  const { t, call } = begun('100000000001', 'users');
  const UserName = 'mia';
  const bound = (
    await call('CreatePolicy', { PolicyName: 'bound', PolicyDocument, Path: '/x/', Description: 'd', Tags })
  ).at('Policy', 'Arn');
  await call('CreateUser', { UserName, Path: '/team/', Tags, PermissionsBoundary: bound });
  for (const name of ['mia', 'MIA', 'a b', 'x'.repeat(64), 'x'.repeat(65)])
    await call('CreateUser', { UserName: name });
  await call('CreateUser', { UserName: 'p', Path: 'no-slash' });
  await call('CreateUser', { UserName: 'p', PermissionsBoundary: `${bound}x` });
  await call('GetUser', { UserName });
  await call('GetUser', { UserName: 'none' });
  await call('GetUser');
  for (const input of [{}, { PathPrefix: '/team' }, { PathPrefix: '/none/' }, { MaxItems: 1 }])
    await call('ListUsers', input);
  await call('UpdateUser', { UserName, NewPath: '/other/', NewUserName: 'maria' });
  await call('UpdateUser', { UserName: 'maria', NewUserName: 'x'.repeat(64) });
  await call('UpdateUser', { UserName: 'maria', NewUserName: 'mia' });
  const key = await t.silent('iam:CreateAccessKey', { UserName });
  const AccessKeyId = key.at('AccessKey', 'AccessKeyId');
  t.step('an access key', { ...(key.output.AccessKey as object), SecretAccessKey: 'secret' });
  await t.silent('iam:CreateAccessKey', { UserName });
  await call('CreateAccessKey', { UserName });
  await call('ListAccessKeys', { UserName });
  await call('UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' });
  await call('UpdateAccessKey', { UserName, AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' });
  await call('GetAccessKeyLastUsed', { AccessKeyId });
  await call('ListAccessKeys', { UserName });
  await call('DeleteAccessKey', { UserName, AccessKeyId });
  await call('DeleteAccessKey', { UserName, AccessKeyId });
  await call('PutUserPolicy', { UserName, PolicyName: 'inline', PolicyDocument });
  await call('PutUserPolicy', { UserName, PolicyName: 'bad', PolicyDocument: '{' });
  await call('PutUserPolicy', { UserName, PolicyName: 'second', PolicyDocument: deny('s3:*') });
  await call('GetUserPolicy', { UserName, PolicyName: 'inline' });
  await call('GetUserPolicy', { UserName, PolicyName: 'none' });
  await call('ListUserPolicies', { UserName });
  await call('ListUserPolicies', { UserName, MaxItems: 1 });
  await call('DeleteUserPolicy', { UserName, PolicyName: 'second' });
  await call('DeleteUserPolicy', { UserName, PolicyName: 'second' });
  await call('AttachUserPolicy', { UserName, PolicyArn: bound });
  await call('AttachUserPolicy', { UserName, PolicyArn: `${bound}x` });
  await call('ListAttachedUserPolicies', { UserName });
  await call('ListAttachedUserPolicies', { UserName, PathPrefix: '/y/' });
  await call('DeleteUserPermissionsBoundary', { UserName });
  await call('DeleteUserPermissionsBoundary', { UserName });
  await call('PutUserPermissionsBoundary', {
    UserName,
    PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  });
  await call('TagUser', {
    UserName,
    Tags: [
      { Key: 'a', Value: 'b' },
      { Key: 'TEAM', Value: 'x' },
    ],
  });
  await call('UntagUser', { UserName, TagKeys: ['team', 'none'] });
  await call('ListUserTags', { UserName });
  await call('CreateGroup', { GroupName: 'devs', Path: '/g/' });
  await call('CreateGroup', { GroupName: 'devs' });
  await call('AddUserToGroup', { GroupName: 'devs', UserName });
  await call('AddUserToGroup', { GroupName: 'none', UserName });
  await call('AddUserToGroup', { GroupName: 'devs', UserName: 'none' });
  await call('PutGroupPolicy', { GroupName: 'devs', PolicyName: 'g', PolicyDocument });
  await call('GetGroupPolicy', { GroupName: 'devs', PolicyName: 'g' });
  await call('ListGroupPolicies', { GroupName: 'devs' });
  await call('AttachGroupPolicy', { GroupName: 'devs', PolicyArn: bound });
  await call('ListAttachedGroupPolicies', { GroupName: 'devs' });
  await call('GetGroup', { GroupName: 'devs' });
  await call('ListGroups');
  await call('ListGroupsForUser', { UserName });
  await call('ListEntitiesForPolicy', { PolicyArn: bound });
  await call('UpdateGroup', { GroupName: 'devs', NewGroupName: 'ops', NewPath: '/' });
  await call('DeleteGroup', { GroupName: 'ops' });
  await call('RemoveUserFromGroup', { GroupName: 'ops', UserName });
  await call('RemoveUserFromGroup', { GroupName: 'ops', UserName });
  await call('DetachGroupPolicy', { GroupName: 'ops', PolicyArn: bound });
  await call('DeleteGroupPolicy', { GroupName: 'ops', PolicyName: 'g' });
  await call('DeleteGroup', { GroupName: 'ops' });
  await call('CreateLoginProfile', { UserName, Password: 'Correct-horse-9', PasswordResetRequired: true });
  await call('CreateLoginProfile', { UserName, Password: 'Correct-horse-9' });
  await call('GetLoginProfile', { UserName });
  await call('UpdateLoginProfile', { UserName, Password: 'Correct-horse-10' });
  await call('GetLoginProfile', { UserName });
  await call('UpdateLoginProfile', { UserName, PasswordResetRequired: false });
  await call('DeleteUser', { UserName });
  await call('DeleteLoginProfile', { UserName });
  await call('DeleteLoginProfile', { UserName });
  await call('DetachUserPolicy', { UserName, PolicyArn: bound });
  await call('DetachUserPolicy', { UserName, PolicyArn: bound });
  await call('DeleteUserPolicy', { UserName, PolicyName: 'inline' });
  await call('DeleteUser', { UserName });
  await call('DeleteUser', { UserName: 'none' });
  await t.recorded();
  t.compare();
});

test('roles, instance profiles and service-linked roles', async () => {
  const { t, call } = begun('100000000002', 'roles');
  const RoleName = 'app';
  await call('CreateRole', {
    RoleName,
    AssumeRolePolicyDocument,
    Path: '/r/',
    Description: 'd',
    MaxSessionDuration: 7200,
    Tags,
  });
  await call('CreateRole', { RoleName, AssumeRolePolicyDocument });
  for (const MaxSessionDuration of [3599, 3600, 43200, 43201])
    await call('CreateRole', {
      RoleName: `for-${MaxSessionDuration}`,
      AssumeRolePolicyDocument,
      MaxSessionDuration,
    });
  for (const document of [
    '{',
    policy(),
    policy(statement('sts:AssumeRole')),
    trust({ AWS: 'arn:aws:iam::100000000002:user/none' }),
    trust({ Service: 'none' }),
    trust({ AWS: '1234' }),
  ])
    await call('CreateRole', { RoleName: 'bad', AssumeRolePolicyDocument: document });
  const padded = (length: number) => {
    const document = (Sid: string) => trust({ Service: 'ec2.amazonaws.com' }, { Sid });
    return document('x'.repeat(length - document('').length));
  };
  for (const length of [2048, 2049])
    await call('CreateRole', { RoleName: `trust-${length}`, AssumeRolePolicyDocument: padded(length) });
  await call('GetRole', { RoleName });
  await call('GetRole', { RoleName: 'none' });
  for (const input of [{}, { PathPrefix: '/r/' }, { MaxItems: 1 }]) await call('ListRoles', input);
  await call('GetAccountAuthorizationDetails', { Filter: ['Role'] });
  await call('UpdateRole', { RoleName, Description: 'e', MaxSessionDuration: 3600 });
  await call('UpdateRole', { RoleName });
  await call('GetRole', { RoleName });
  await call('UpdateRoleDescription', { RoleName, Description: 'f' });
  await call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust({ AWS: '*' }) });
  await call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: '{' });
  await call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument });
  await call('GetRolePolicy', { RoleName, PolicyName: 'inline' });
  await call('ListRolePolicies', { RoleName });
  await call('AttachRolePolicy', { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  await call('ListAttachedRolePolicies', { RoleName });
  await call('PutRolePermissionsBoundary', {
    RoleName,
    PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  });
  await call('GetRole', { RoleName });
  await call('DeleteRolePermissionsBoundary', { RoleName });
  await call('TagRole', { RoleName, Tags: [{ Key: 'a', Value: 'b' }] });
  await call('UntagRole', { RoleName, TagKeys: ['team'] });
  await call('ListRoleTags', { RoleName });
  const InstanceProfileName = 'profile';
  await call('CreateInstanceProfile', { InstanceProfileName, Path: '/i/', Tags });
  await call('CreateInstanceProfile', { InstanceProfileName });
  await call('AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
  await call('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'for-3600' });
  await call('GetInstanceProfile', { InstanceProfileName });
  await call('ListInstanceProfiles', { PathPrefix: '/i/' });
  await call('ListInstanceProfilesForRole', { RoleName });
  await call('TagInstanceProfile', { InstanceProfileName, Tags: [{ Key: 'a', Value: 'b' }] });
  await call('UntagInstanceProfile', { InstanceProfileName, TagKeys: ['team'] });
  await call('ListInstanceProfileTags', { InstanceProfileName });
  await call('DeleteInstanceProfile', { InstanceProfileName });
  await call('DeleteRole', { RoleName });
  await call('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
  await call('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
  await call('DeleteInstanceProfile', { InstanceProfileName });
  await call('DeleteRolePolicy', { RoleName, PolicyName: 'inline' });
  await call('DeleteRole', { RoleName });
  await call('DetachRolePolicy', { RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' });
  await call('DeleteRole', { RoleName });
  await call('DeleteRole', { RoleName });
  for (const AWSServiceName of [
    'autoscaling.amazonaws.com',
    'autoscaling.amazonaws.com',
    'none.amazonaws.com',
  ])
    await call('CreateServiceLinkedRole', { AWSServiceName, Description: 'd' });
  await call('CreateServiceLinkedRole', {
    AWSServiceName: 'autoscaling.amazonaws.com',
    CustomSuffix: 'mine',
  });
  const linked = 'AWSServiceRoleForAutoScaling';
  await call('GetRole', { RoleName: linked });
  await call('DeleteRole', { RoleName: linked });
  await call('PutRolePolicy', { RoleName: linked, PolicyName: 'p', PolicyDocument });
  const task = await t.silent('iam:DeleteServiceLinkedRole', { RoleName: linked });
  t.step('deletion', typeof task.at('DeletionTaskId'));
  await server.settled();
  t.step(
    'its status',
    (await t.silent('iam:GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: task.at('DeletionTaskId') }))
      .output,
  );
  await call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: 'task/none' });
  await call('DeleteServiceLinkedRole', { RoleName: 'none' });
  await t.recorded();
  t.compare();
});

test('managed policies and their versions, the account, providers, devices and credentials', async () => {
  const { t, call } = begun('100000000003', 'account');
  const PolicyArn = (
    await call('CreatePolicy', { PolicyName: 'p', PolicyDocument, Description: 'd', Path: '/p/', Tags })
  ).at('Policy', 'Arn');
  await call('CreatePolicy', { PolicyName: 'p', PolicyDocument });
  await call('CreatePolicy', { PolicyName: 'q', PolicyDocument: '{' });
  await call('CreatePolicy', {
    PolicyName: 'long',
    PolicyDocument: policy(statement(Array.from({ length: 500 }, (_, i) => `kms:Action${i}`))),
  });
  await call('GetPolicy', { PolicyArn });
  await call('GetPolicy', { PolicyArn: `${PolicyArn}x` });
  await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*'), SetAsDefault: true });
  for (let i = 0; i < 4; i++)
    await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('ec2:*') });
  await call('ListPolicyVersions', { PolicyArn });
  await call('GetPolicyVersion', { PolicyArn, VersionId: 'v1' });
  await call('GetPolicyVersion', { PolicyArn, VersionId: 'v9' });
  await call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v3' });
  for (const VersionId of ['v3', 'v1', 'v1']) await call('DeletePolicyVersion', { PolicyArn, VersionId });
  await call('GetPolicy', { PolicyArn });
  for (const input of [
    { Scope: 'Local' },
    { Scope: 'Local', OnlyAttached: true },
    { Scope: 'Local', PathPrefix: '/q/' },
    { Scope: 'Local', PolicyUsageFilter: 'PermissionsBoundary' },
  ])
    await call('ListPolicies', input);
  t.step(
    'AWS has policies of its own',
    (await t.silent('iam:ListPolicies', { Scope: 'AWS', MaxItems: 2 })).output,
  );
  await call('TagPolicy', { PolicyArn, Tags: [{ Key: 'a', Value: 'b' }] });
  await call('UntagPolicy', { PolicyArn, TagKeys: ['team'] });
  await call('ListPolicyTags', { PolicyArn });
  await call('DeletePolicy', { PolicyArn });
  await call('CreateAccountAlias', { AccountAlias: 'shop' });
  await call('CreateAccountAlias', { AccountAlias: 'Shop' });
  await call('ListAccountAliases');
  await call('DeleteAccountAlias', { AccountAlias: 'shop' });
  await call('DeleteAccountAlias', { AccountAlias: 'shop' });
  await call('GetAccountPasswordPolicy');
  await call('UpdateAccountPasswordPolicy', {
    MinimumPasswordLength: 10,
    RequireNumbers: true,
    MaxPasswordAge: 30,
    PasswordReusePrevention: 3,
    HardExpiry: true,
    AllowUsersToChangePassword: true,
  });
  await call('GetAccountPasswordPolicy');
  await call('DeleteAccountPasswordPolicy');
  await call('GetAccountSummary');
  const provider = {
    Url: 'https://issuer.example.com/a',
    ClientIDList: ['app'],
    ThumbprintList: ['a'.repeat(40)],
    Tags,
  };
  const OpenIDConnectProviderArn = (await call('CreateOpenIDConnectProvider', provider)).at(
    'OpenIDConnectProviderArn',
  );
  await call('CreateOpenIDConnectProvider', provider);
  await call('CreateOpenIDConnectProvider', { ...provider, Url: 'http://issuer.example.com' });
  await call('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'web' });
  await call('RemoveClientIDFromOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'app' });
  await call('UpdateOpenIDConnectProviderThumbprint', {
    OpenIDConnectProviderArn,
    ThumbprintList: ['b'.repeat(40)],
  });
  await call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });
  await call('ListOpenIDConnectProviders');
  await call('ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn });
  await call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  await call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });
  const device = await t.silent('iam:CreateVirtualMFADevice', {
    VirtualMFADeviceName: 'mfa',
    Path: '/m/',
    Tags,
  });
  await call('ListVirtualMFADevices');
  await call('ListVirtualMFADevices', { AssignmentStatus: 'Assigned' });
  const SerialNumber = 'arn:aws:iam::100000000003:mfa/m/mfa';
  await call('CreateUser', { UserName: 'u' });
  await call('EnableMFADevice', {
    UserName: 'u',
    SerialNumber,
    AuthenticationCode1: '000000',
    AuthenticationCode2: '000000',
  });
  await call('ListMFADevices', { UserName: 'u' });
  const { Base32StringSeed } = device.output.VirtualMFADevice as { Base32StringSeed: Uint8Array };
  const seed = seedBytes(Buffer.from(Base32StringSeed).toString());
  const codeOf = (steps: number) => mfaCode(seed, Date.now() + steps * STEP_MS);
  const codes = { AuthenticationCode1: codeOf(-1), AuthenticationCode2: codeOf(0) };
  t.step(
    'enabled',
    (await t.silent('iam:EnableMFADevice', { UserName: 'u', SerialNumber, ...codes })).output,
  );
  await call('ListVirtualMFADevices');
  await call('ListMFADevices', { UserName: 'u' });
  await call('GetMFADevice', { UserName: 'u', SerialNumber });
  await call('DeactivateMFADevice', { UserName: 'u', SerialNumber });
  await call('DeleteVirtualMFADevice', { SerialNumber });
  await call('DeleteVirtualMFADevice', { SerialNumber });
  const simulate = {
    ActionNames: ['kms:Decrypt', 's3:GetObject'],
    ResourceArns: ['arn:aws:kms:us-east-1:100000000003:key/a'],
  };
  await call('SimulateCustomPolicy', { ...simulate, PolicyInputList: [PolicyDocument, deny('kms:Decrypt')] });
  await call('SimulateCustomPolicy', {
    ...simulate,
    PolicyInputList: [allow('*', { Condition: { StringEquals: { 'aws:username': 'x' } } })],
    PermissionsBoundaryPolicyInputList: [PolicyDocument],
  });
  await call('PutUserPolicy', {
    UserName: 'u',
    PolicyName: 'p',
    PolicyDocument: policy(
      statement('kms:*', {
        Condition: { StringEquals: { 'aws:PrincipalAccount': '100000000003', 'aws:username': 'u' } },
      }),
      statement('s3:*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
    ),
  });
  await call('SimulatePrincipalPolicy', {
    ...simulate,
    PolicySourceArn: 'arn:aws:iam::100000000003:user/u',
    ContextEntries: [
      { ContextKeyName: 'aws:SecureTransport', ContextKeyType: 'boolean', ContextKeyValues: ['true'] },
    ],
  });
  await call('GetContextKeysForPrincipalPolicy', { PolicySourceArn: 'arn:aws:iam::100000000003:user/u' });
  await call('GetAccountAuthorizationDetails', { Filter: ['User', 'Group', 'LocalManagedPolicy'] });
  await t.recorded();
  t.compare();
});

test('what users and servers prove themselves with: keys, certificates, passwords, codes and providers', async () => {
  const account = '100000000004';
  const { t, call } = begun(account, 'credentials');
  const UserName = 'mia';
  for (const name of [UserName, 'bob']) await t.silent('iam:CreateUser', { UserName: name });
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const [own, other, third] = await Promise.all([
    makeCertificate([], nowMs),
    makeCertificate([], nowMs),
    makeCertificate([], nowMs),
  ]);
  for (const [index, { certificate, privateKey }] of [own, other, third].entries()) {
    for (const [text, kind] of [
      [certificate, 'certificate'],
      [privateKey, 'private key'],
    ] as const) {
      t.hide(text, `${kind} ${index}`);
      t.hide(text.trim(), `${kind} ${index}`);
    }
  }
  /** A call that draws something without a form of its own: the member of the answer is named. */
  const drawing = async (operation: string, input: object, ...path: (string | number)[]) => {
    const answer = await t.silent(`iam:${operation}`, input);
    t.hide(answer.at(...path), String(path.at(-1)));
    t.step(`iam:${operation} with ${Object.keys(input).join(', ')}`, answer.output);
    return answer;
  };

  const modulus = Buffer.alloc(256, 0xa5).toString('base64url');
  const rsa = createPublicKey({ key: { kty: 'RSA', n: modulus, e: 'AQAB' }, format: 'jwk' });
  const SSHPublicKeyBody = openSshLine(publicKeyOf(rsa), 'mia@laptop');
  const SSHPublicKeyId = (await call('UploadSSHPublicKey', { UserName, SSHPublicKeyBody })).at(
    'SSHPublicKey',
    'SSHPublicKeyId',
  );
  for (const input of [
    { SSHPublicKeyBody },
    { SSHPublicKeyBody: 'none' },
    { UserName: 'none', SSHPublicKeyBody },
  ])
    await call('UploadSSHPublicKey', { UserName, ...input });
  for (const Encoding of ['SSH', 'PEM', 'DER'])
    await call('GetSSHPublicKey', { UserName, SSHPublicKeyId, Encoding });
  await call('UpdateSSHPublicKey', { UserName, SSHPublicKeyId, Status: 'Inactive' });
  await call('ListSSHPublicKeys', { UserName });
  await call('ListSSHPublicKeys');
  await call('GetSSHPublicKey', { UserName: 'bob', SSHPublicKeyId, Encoding: 'SSH' });
  await call('DeleteSSHPublicKey', { UserName, SSHPublicKeyId });
  await call('UpdateSSHPublicKey', { UserName, SSHPublicKeyId, Status: 'Active' });

  const sign = (certificate: string, user = UserName) =>
    ['UploadSigningCertificate', { UserName: user, CertificateBody: certificate }] as const;
  const drawn = ['Certificate', 'CertificateId'];
  const CertificateId = (await drawing(...sign(own.certificate), ...drawn)).at(...drawn);
  await drawing(...sign(other.certificate), ...drawn);
  await drawing(...sign(own.certificate, 'bob'), ...drawn);
  for (const input of [sign(third.certificate), sign('none', 'bob')]) await call(...input);
  await call('UpdateSigningCertificate', { UserName, CertificateId, Status: 'Inactive' });
  await call('ListSigningCertificates', { UserName });
  await call('DeleteSigningCertificate', { UserName, CertificateId });
  await call('DeleteSigningCertificate', { UserName, CertificateId });

  const named = { ServerCertificateName: 'site' };
  const serve = { ...named, CertificateBody: own.certificate, PrivateKey: own.privateKey };
  await call('UploadServerCertificate', { ...serve, PrivateKey: other.privateKey });
  await call('UploadServerCertificate', { ...serve, CertificateChain: own.certificate, Path: '/web/', Tags });
  await call('UploadServerCertificate', serve);
  await call('GetServerCertificate', named);
  await call('TagServerCertificate', { ...named, Tags: [{ Key: 'more', Value: '' }] });
  await call('ListServerCertificateTags', named);
  await call('UntagServerCertificate', { ...named, TagKeys: ['team'] });
  await call('ListServerCertificates');
  await call('ListServerCertificates', { PathPrefix: '/web/' });
  await call('ListServerCertificates', { PathPrefix: '/no/' });
  await call('UploadServerCertificate', { ...serve, ServerCertificateName: 'shop' });
  await call('UpdateServerCertificate', { ...named, NewServerCertificateName: 'shop' });
  await call('UpdateServerCertificate', { ...named, NewPath: '/new/' });
  await call('UpdateServerCertificate', { ...named, NewServerCertificateName: 'Site' });
  await call('UpdateServerCertificate', { ServerCertificateName: 'none', NewPath: '/' });
  await call('ListServerCertificates');
  await call('DeleteServerCertificate', { ServerCertificateName: 'shop' });
  await call('DeleteServerCertificate', { ServerCertificateName: 'shop' });

  const forService = (ServiceName: string, more: object = {}) =>
    ['CreateServiceSpecificCredential', { UserName, ServiceName, ...more }] as const;
  const password = ['ServiceSpecificCredential', 'ServicePassword'];
  const git = 'codecommit.amazonaws.com';
  const first = await drawing(...forService(git), ...password);
  await drawing(...forService(git), ...password);
  await drawing(...forService('cassandra.amazonaws.com'), ...password);
  const secret = ['ServiceSpecificCredential', 'ServiceCredentialSecret'];
  await drawing(...forService('bedrock.amazonaws.com', { CredentialAgeDays: 36_600 }), ...secret);
  await drawing(...forService('bedrock.amazonaws.com'), ...secret);
  for (const input of [
    forService(git),
    forService(git, { CredentialAgeDays: 1 }),
    forService('none'),
    forService('bedrock.amazonaws.com', { CredentialAgeDays: 0 }),
  ])
    await call(...input);
  await call('ListServiceSpecificCredentials', { UserName, ServiceName: git });
  const id = {
    UserName,
    ServiceSpecificCredentialId: first.at('ServiceSpecificCredential', 'ServiceSpecificCredentialId'),
  };
  await call('UpdateServiceSpecificCredential', { ...id, Status: 'Inactive' });
  await drawing('ResetServiceSpecificCredential', id, ...password);
  await call('ListServiceSpecificCredentials', { UserName });
  await call('DeleteServiceSpecificCredential', id);
  await call('ResetServiceSpecificCredential', id);

  const SAMLMetadataDocument =
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://a.com/">' +
    `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;
  await call('CreateSAMLProvider', { Name: 'okta', SAMLMetadataDocument: 'x'.repeat(1000) });
  const saml = { Name: 'okta', SAMLMetadataDocument, Tags, AddPrivateKey: own.privateKey };
  const SAMLProviderArn = (await call('CreateSAMLProvider', saml)).at('SAMLProviderArn');
  await call('CreateSAMLProvider', saml);
  await drawing('GetSAMLProvider', { SAMLProviderArn }, 'SAMLProviderUUID');
  const AssertionEncryptionMode = 'Required';
  await call('UpdateSAMLProvider', {
    SAMLProviderArn,
    AssertionEncryptionMode,
    AddPrivateKey: other.privateKey,
  });
  await call('UpdateSAMLProvider', { SAMLProviderArn, AddPrivateKey: third.privateKey });
  await call('UpdateSAMLProvider', { SAMLProviderArn, RemovePrivateKey: 'NONE'.repeat(6) });
  await call('TagSAMLProvider', { SAMLProviderArn, Tags: [{ Key: 'more', Value: '' }] });
  await call('UntagSAMLProvider', { SAMLProviderArn, TagKeys: ['team'] });
  await call('ListSAMLProviderTags', { SAMLProviderArn });
  await drawing('GetSAMLProvider', { SAMLProviderArn }, 'SAMLProviderUUID');
  await call('ListSAMLProviders');
  await call('DeleteSAMLProvider', { SAMLProviderArn });
  await call('GetSAMLProvider', { SAMLProviderArn });

  const device = await t.silent('iam:CreateVirtualMFADevice', { VirtualMFADeviceName: 'mfa', Tags });
  const SerialNumber = device.at('VirtualMFADevice', 'SerialNumber');
  await call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'mfa' });
  await call('ResyncMFADevice', {
    UserName,
    SerialNumber,
    AuthenticationCode1: '000000',
    AuthenticationCode2: '000000',
  });
  await call('TagMFADevice', { SerialNumber, Tags: [{ Key: 'more', Value: '' }] });
  await call('UntagMFADevice', { SerialNumber, TagKeys: ['team'] });
  await call('ListMFADeviceTags', { SerialNumber });
  await call('GetMFADevice', { SerialNumber });

  const oidc = { Url: 'https://id.example.com', ClientIDList: ['a'], ThumbprintList: ['a'.repeat(40)], Tags };
  const OpenIDConnectProviderArn = (await call('CreateOpenIDConnectProvider', oidc)).at(
    'OpenIDConnectProviderArn',
  );
  await call('TagOpenIDConnectProvider', { OpenIDConnectProviderArn, Tags: [{ Key: 'more', Value: '' }] });
  await call('UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: ['team'] });
  await call('ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn });
  await call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });

  await call('CreateLoginProfile', { UserName, Password: 'Correct-Horse-1' });
  const key = await t.silent('iam:CreateAccessKey', { UserName });
  const as = {
    accessKeyId: key.at('AccessKey', 'AccessKeyId'),
    secretAccessKey: key.at('AccessKey', 'SecretAccessKey'),
  };
  await t.silent('iam:PutUserPolicy', {
    UserName,
    PolicyName: 'p',
    PolicyDocument: allow('iam:ChangePassword'),
  });
  for (const [OldPassword, NewPassword] of [
    ['wrong', 'Other-Horse-2'],
    ['Correct-Horse-1', 'short'],
    ['Correct-Horse-1', 'Other-Horse-2'],
  ])
    await t.call('iam:ChangePassword', { OldPassword, NewPassword }, { as });
  await call('GetCredentialReport');
  await call('GenerateCredentialReport');
  await call('GenerateCredentialReport');
  await call('GetAccountSummary');
  await call('GetContextKeysForCustomPolicy', {
    PolicyInputList: [
      allow('kms:*', { Condition: { StringEquals: { 'aws:username': 'x', 'kms:ViaService': 'y' } } }),
      allow('*', { Resource: `arn:aws:iam::${account}:user/\${aws:PrincipalTag/team}` }),
    ],
  });
  await t.recorded();
  t.compare();
});

/** Statements over several lines, as an editor lays them out. */
const spread = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, undefined, 2);
const only = (Action: string, Resource: string) => statement(Action, { Resource });
const equal = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });

test('simulations of given policies', async () => {
  const account = '100000000005';
  const other = '100000000006';
  const { t, call } = begun(account, 'custom-simulations');
  const simulate = (PolicyInputList: string[], more: object = {}) =>
    call('SimulateCustomPolicy', { PolicyInputList, ActionNames: ['s3:GetObject'], ...more });
  const [own, others] = ['arn:aws:s3:::own/a', 'arn:aws:s3:::others/a'] as [string, string];
  const ResourceArns = [own, others];
  const arn = (noun: string, of = account) => `arn:aws:iam::${of}:${noun}`;

  // Which statements decide, and where they stand.
  const several = spread(only('s3:Get*', own), only('s3:GetObject', others), only('s3:Put*', '*'));
  await simulate([several]);
  await simulate([several], { ResourceArns: [own] });
  await simulate([several], {
    ResourceArns,
    ActionNames: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
  });
  await simulate([several, spread(statement('s3:*', { Effect: 'Deny', Resource: others }))], {
    ResourceArns,
  });
  await simulate([allow('s3:GetObject'), allow('s3:*')], { ResourceArns });
  await simulate([deny('s3:*'), allow('s3:*'), deny('ec2:*'), deny('*')]);
  await simulate([`{"Id":"a","Statement":${JSON.stringify(only('s3:*', '*'))},"Version":"2012-10-17"}`]);

  // What resources are of.
  for (const service of [
    'autoscaling',
    'cloudtrail',
    'ebs',
    'ec2',
    'events',
    'iam',
    'kms',
    'organizations',
    's3',
    'sts',
    'sqs',
  ])
    t.step(
      `${service} on`,
      await Promise.all(
        ['autoscaling', 'cloudtrail', 'ec2', 'events', 'iam', 'kms', 'organizations', 's3', 'sts', 'sqs'].map(
          async (vendor) => {
            const { output } = await t.silent('iam:SimulateCustomPolicy', {
              PolicyInputList: [allow('*')],
              ActionNames: [`${service}:Do`],
              ResourceArns: [1, 2].map((n) => `arn:aws:${vendor}:us-east-1:${account}:thing/${n}`),
            });
            const [result] = output.EvaluationResults as Record<string, unknown>[];
            return `${vendor}: ${result!.EvalDecision} ${result!.EvalResourceName}`;
          },
        ),
      ),
    );

  // Who asks, and of whose.
  const resourcePolicy = (Principal: unknown, Effect = 'Allow') =>
    policy(statement('s3:GetObject', { Principal, Effect }));
  for (const CallerArn of [
    arn('root'),
    arn('user/team/mia'),
    arn('role/app/worker'),
    arn('role/aws-service-role/autoscaling.amazonaws.com/Linked'),
    arn('user/eve', other),
  ])
    for (const ResourceOwner of [undefined, arn('root'), arn('root', other), other])
      await simulate(
        [allow('s3:*', equal('aws:PrincipalAccount', other)), allow('s3:*', equal('aws:username', 'mia'))],
        {
          CallerArn,
          ResourceOwner,
          ResourceArns: [own],
          ResourcePolicy: resourcePolicy({ AWS: CallerArn }),
        },
      );
  const foreign = { CallerArn: arn('user/eve', other), ResourceOwner: arn('root'), ResourceArns: [own] };
  for (const identity of [allow('s3:*'), deny('s3:*'), allow('ec2:*')])
    for (const ResourcePolicy of [
      resourcePolicy('*'),
      resourcePolicy('*', 'Deny'),
      resourcePolicy({ AWS: arn('user/nobody') }),
    ])
      await simulate([identity], { ...foreign, ResourcePolicy });
  await simulate([], { ResourcePolicy: resourcePolicy('*') });
  await simulate([allow('s3:*')], { CallerArn: arn('user/eve', '12') });
  await simulate([allow('s3:*')], { CallerArn: `arn:aws:sts::${account}:assumed-role/a/b` });

  // Boundaries and organizations.
  for (const bound of [allow('s3:*'), allow('s3:*', { Resource: own }), deny('s3:*'), allow('ec2:*')])
    await simulate([allow('s3:*')], { ResourceArns, PermissionsBoundaryPolicyInputList: [bound] });
  const levels = (...lists: string[][]) => ({
    OrderedOrganizationPolicyInputList: lists.map((ServiceControlPolicyInputList) => ({
      ServiceControlPolicyInputList,
    })),
  });
  for (const input of [
    levels([allow('*')], [allow('s3:*')]),
    levels([allow('*')], [allow('ec2:*')]),
    levels([allow('ec2:*')], [allow('*')]),
    levels([allow('ec2:*'), allow('s3:*')]),
    levels([allow('*'), deny('s3:*', { Resource: others })]),
    { OrderedOrganizationPolicyInputList: [] },
  ])
    await simulate([allow('s3:*')], { ResourceArns, ...input });
  await simulate([allow('s3:*', equal('aws:RequestTag/a', 'b'))], levels([allow('ec2:*')]));

  // The context.
  const entry = (ContextKeyName?: string, ContextKeyType?: string, ContextKeyValues?: string[]) => ({
    ContextKeyName,
    ContextKeyType,
    ContextKeyValues,
  });
  const conditional = allow('s3:*', {
    Condition: {
      StringEquals: { 'aws:username': 'ann', 'aws:PrincipalTag/Team': 'red' },
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    },
  });
  for (const ContextEntries of [
    [entry('aws:username', 'string', ['ann'])],
    [
      entry('AWS:UserName', 'string', ['ann']),
      entry('aws:principaltag/team', 'string', ['red']),
      entry('aws:MultiFactorAuthPresent', 'boolean', ['true']),
    ],
    [entry()],
    [entry('aws:username', 'string', ['a']), entry('AWS:username', 'string', ['b'])],
    [entry('a:b', 'string', ['a']), entry('c:d', 'numeric', ['x'])],
    [entry('a:b', 'stringList', ['a', 'b'])],
    [entry('a:b', 'stringList', [])],
    [entry('a:b', undefined, ['a'])],
    [entry('a:b', 'string')],
    [entry(undefined, 'string', ['a'])],
    [entry(undefined, undefined, ['a'])],
    [entry('a:b')],
    [entry('a:b', 'numericList', ['1', '2', 'x'])],
    [entry('a:b', 'dateList', ['2026-01-01', 'soon'])],
  ])
    await simulate([conditional], { CallerArn: arn('user/mia'), ContextEntries, ResourceArns });
  await simulate([conditional, allow('s3:*', equal('aws:PrincipalTag/Team', 'blue'))], { ResourceArns });

  // Pages, and what is refused.
  const ActionNames = ['s3:A', 's3:B', 's3:C', 's3:D'];
  for (const page of [{ MaxItems: 3 }, { MaxItems: 4 }, { MaxItems: 1 }]) {
    const answer = await simulate([], { ActionNames, ...page });
    if (answer.output.Marker) await simulate([], { ActionNames, ...page, Marker: answer.at('Marker') });
  }
  await simulate([], { ActionNames, Marker: Buffer.from('simulation:9').toString('base64') });
  await simulate([], { ActionNames, Marker: Buffer.from('x:simulation:1').toString('base64') });
  await simulate([allow('*')], { ActionNames: ['s3:A', 'B'] });
  await simulate([allow('*')], { ResourceArns: [own, 'none'] });
  await simulate([allow('*'), '{}']);
  await simulate([allow('*')], { PermissionsBoundaryPolicyInputList: ['{}'] });
  await simulate([allow('*')], { CallerArn: arn('user/mia'), ResourcePolicy: '{}' });
  await simulate([allow('*')], levels([allow('*')], ['{}']));
  await simulate([allow('*')], levels([allow('*')], []));

  // The keys that documents speak of.
  const keys = (...PolicyInputList: string[]) => call('GetContextKeysForCustomPolicy', { PolicyInputList });
  const variables = [
    ...['aws:username', 'aws:PrincipalTag/a', "aws:userid, 'x'", ' aws:spaced '].map((key) => `\${${key}}`),
    ...['*', '?', '$'].map((escaped) => `\${${escaped}}`),
  ].map((text) => `arn:aws:s3:::b/${text}`);
  await keys(allow('s3:*', { Resource: variables }));
  await keys(allow('s3:*', { Resource: variables }).replace('2012-10-17', '2008-10-17'));
  await keys(
    allow('s3:*', {
      NotResource: variables.slice(0, 1),
      Condition: { StringLike: { 'aws:Arn': variables[1], 'a:b': 'x' } },
    }),
    resourcePolicy('*').replace('}]}', ',"Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}'),
    allow('*', equal('a:b', 'x')),
  );
  await keys(allow('*'), '{}');
  t.compare();
});

test('simulations of users, groups and roles', async () => {
  const account = '100000000007';
  const { t, call } = begun(account, 'simulations');
  const arn = (rest: string, of = account) => `arn:aws:iam::${of}:${rest}`;
  const quiet = (operation: string, input: object) => t.silent(`iam:${operation}`, input);
  for (const UserName of ['mia', 'ann']) await quiet('CreateUser', { UserName, Path: '/team/' });
  for (const GroupName of ['devs', 'ops']) await quiet('CreateGroup', { GroupName });
  await quiet('CreateRole', { RoleName: 'worker', Path: '/app/', AssumeRolePolicyDocument });
  for (const [name, document] of [
    [
      'shared',
      spread(
        statement('kms:*', {
          Condition: { StringEquals: { 'aws:username': 'mia', 'aws:ResourceTag/team': 'red' } },
        }),
        only('s3:*', '*'),
      ),
    ],
    ['bound', allow(['kms:*', 's3:Get*'], { Condition: { Null: { 'aws:PrincipalTag/x': 'true' } } })],
    ['kept', allow('ec2:*', equal('aws:ResourceTag/a', 'b'))],
  ] as const)
    await quiet('CreatePolicy', { PolicyName: name, PolicyDocument: document, Path: '/p/' });
  const managed = (name: string, of = account) => arn(`policy/p/${name}`, of);
  await quiet('PutUserPolicy', { UserName: 'mia', PolicyName: 'own', PolicyDocument: allow('s3:GetObject') });
  await quiet('PutUserPolicy', { UserName: 'mia', PolicyName: 'two', PolicyDocument: allow('s3:Get*') });
  for (const GroupName of ['devs', 'ops']) {
    await quiet('AddUserToGroup', { GroupName, UserName: 'mia' });
    await quiet('PutGroupPolicy', { GroupName, PolicyName: 'own', PolicyDocument: allow('s3:*') });
    await quiet('AttachGroupPolicy', { GroupName, PolicyArn: managed('shared') });
  }
  await quiet('AttachUserPolicy', { UserName: 'mia', PolicyArn: managed('shared') });
  await quiet('AttachUserPolicy', { UserName: 'mia', PolicyArn: managed('kept') });
  await quiet('PutUserPermissionsBoundary', { UserName: 'mia', PermissionsBoundary: managed('bound') });
  await quiet('PutRolePolicy', { RoleName: 'worker', PolicyName: 'own', PolicyDocument: allow('s3:*') });
  await quiet('PutRolePermissionsBoundary', { RoleName: 'worker', PermissionsBoundary: managed('bound') });
  await quiet('CreateServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com' });
  const linked = arn('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');
  const ActionNames = ['s3:GetObject', 's3:PutObject'];
  const simulate = (PolicySourceArn: string, more: object = {}) =>
    call('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames, ...more });
  const mia = arn('user/team/mia');
  const [devs, worker] = [arn('group/devs'), arn('role/app/worker')];

  for (const source of [mia, arn('user/mia'), devs, worker, linked]) {
    await simulate(source);
    await call('GetContextKeysForPrincipalPolicy', { PolicySourceArn: source });
  }
  for (const source of [
    ...['user', 'group', 'role'].map((noun) => arn(`${noun}/none`)),
    arn('user/mia', '100000000008'),
    arn('policy/p/shared'),
    `arn:aws:sts::${account}:user/mia`,
    'no-arn-of-anything-here',
  ]) {
    await simulate(source);
    await call('GetContextKeysForPrincipalPolicy', { PolicySourceArn: source });
  }

  const inline = (AttachmentType: string, AttachmentName: string, PolicyName: string) => ({
    InlinePolicyIdentifier: { AttachmentType, AttachmentName, PolicyName },
  });
  for (const PolicyExclusionList of [
    [inline('user', 'mia', 'own')],
    [inline('user', 'mia', 'none'), inline('user', 'ann', 'two'), inline('group', 'mia', 'two')],
    [inline('group', 'devs', 'own'), inline('user', 'mia', 'two')],
    [{ PolicyArn: managed('shared') }],
    [{ PolicyArn: arn('policy/shared') }, inline('group', 'ops', 'own')],
    [{ PolicyArn: managed('shared', '100000000008') }, { PolicyArn: managed('hared') }],
    [{ PolicyType: 'permissions-boundary', PolicyArn: managed('bound') }],
    [{ PolicyType: 'permissions-boundary' }, { PolicyArn: managed('kept') }],
  ])
    await simulate(mia, { PolicyExclusionList });

  await simulate(mia, { PolicyInputList: [deny('s3:PutObject'), '{}'] });
  await simulate(mia, { PolicyInputList: [deny('s3:PutObject')] });
  await simulate(mia, { PermissionsBoundaryPolicyInputList: [allow('s3:Put*')] });
  await simulate(worker, { PermissionsBoundaryPolicyInputList: [allow('s3:Put*')] });
  const ResourcePolicy = policy(statement('s3:*', { Principal: { AWS: arn('user/ann') } }));
  const bucket = { ResourceArns: ['arn:aws:s3:::own/a'] };
  await simulate(devs, { ResourcePolicy, ...bucket });
  await simulate(devs, { ResourcePolicy, CallerArn: arn('user/ann'), ...bucket });
  await simulate(mia, { ResourcePolicy, ...bucket });
  for (const ResourceOwner of [arn('root', '100000000008'), arn('root'), '100000000008'])
    await simulate(mia, { ResourceOwner, ResourcePolicy, ...bucket });
  await simulate(mia, { CallerArn: arn('user/ann'), ...bucket });
  await simulate(mia, { CallerArn: 'arn:aws:s3:::own-bucket-name' });
  await call('GetContextKeysForPrincipalPolicy', {
    PolicySourceArn: devs,
    PolicyInputList: [allow('*', equal('a:b', 'c')), allow('*', equal('a:b', 'd'))],
  });
  await call('GetContextKeysForPrincipalPolicy', {
    PolicySourceArn: devs,
    PolicyInputList: [allow('*'), '{}'],
  });

  // Keys decide for themselves.
  const keyPolicy = policy(
    statement('kms:*', { Principal: { AWS: arn('root') } }),
    statement('kms:Encrypt', { Principal: { AWS: [arn('role/app/worker'), arn('user/team/ann')] } }),
  );
  const Tags = [{ TagKey: 'team', TagValue: 'red' }];
  const key = await t.call('kms:CreateKey', { Policy: keyPolicy, Tags });
  const KeyId = key.at('KeyMetadata', 'Arn');
  const of = { ActionNames: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'], ResourceArns: [KeyId] };
  const entry = (name: string, value: string) => ({
    ContextEntries: [{ ContextKeyName: name, ContextKeyType: 'string', ContextKeyValues: [value] }],
  });
  for (const source of [mia, worker, devs]) await simulate(source, of);
  await simulate(mia, { ...of, ...entry('aws:ResourceTag/team', 'blue') });
  await simulate(mia, { ...of, ActionNames: ['s3:GetObject', 'kms:Decrypt'] });
  await simulate(mia, { ...of, ResourceArns: [KeyId, `${KeyId.slice(0, -36)}none`, 'arn:aws:s3:::own/a'] });
  await simulate(mia, { ...of, ResourceOwner: arn('root', '100000000008') });
  await simulate(mia, { ...of, ResourcePolicy: policy(statement('kms:Encrypt', { Principal: '*' })) });
  await t.silent('kms:CreateGrant', { KeyId, GranteePrincipal: worker, Operations: ['Decrypt'] });
  await t.silent('kms:CreateGrant', {
    KeyId,
    GranteePrincipal: arn('user/team/ann'),
    Operations: ['Decrypt'],
  });
  await simulate(worker, of);
  await simulate(arn('user/team/ann'), of);
  await simulate(devs, { ...of, CallerArn: arn('user/team/ann') });
  t.compare();
});

test('who has a policy, and whom a role trusts', async () => {
  const account = '100000000008';
  const { t, call } = begun(account, 'uses');
  const quiet = (operation: string, input: object) => t.silent(`iam:${operation}`, input);
  const arn = (rest: string, of = account) => `arn:aws:iam::${of}:${rest}`;
  await server.root('100000000009');
  const PolicyArn = (await quiet('CreatePolicy', { PolicyName: 'used', PolicyDocument, Path: '/p/' })).at(
    'Policy',
    'Arn',
  );
  for (const [name, Path, isAttached, PermissionsBoundary] of [
    ['both', '/a/', true, PolicyArn],
    ['attached', '/b/', true, undefined],
    ['bound', '/a/b/', false, PolicyArn],
    ['neither', '/', false, undefined],
  ] as const) {
    await quiet('CreateUser', { UserName: name, Path, PermissionsBoundary });
    await quiet('CreateRole', { RoleName: name, Path, PermissionsBoundary, AssumeRolePolicyDocument });
    await quiet('CreateGroup', { GroupName: name, Path });
    if (!isAttached) continue;
    await quiet('AttachUserPolicy', { UserName: name, PolicyArn });
    await quiet('AttachRolePolicy', { RoleName: name, PolicyArn });
    await quiet('AttachGroupPolicy', { GroupName: name, PolicyArn });
  }
  await quiet('AddUserToGroup', { UserName: 'both', GroupName: 'neither' });
  await quiet('AddUserToGroup', { UserName: 'both', GroupName: 'bound' });

  /** Every page of a list. */
  const pages = async (operation: string, input: object) => {
    let Marker: string | undefined;
    do {
      const { output } = await call(operation, { ...input, Marker });
      Marker = output.Marker as string | undefined;
    } while (Marker !== undefined);
  };
  for (const EntityFilter of [undefined, 'User', 'Role', 'Group', 'LocalManagedPolicy'])
    for (const PolicyUsageFilter of [undefined, 'PermissionsPolicy', 'PermissionsBoundary'])
      await call('ListEntitiesForPolicy', { PolicyArn, EntityFilter, PolicyUsageFilter });
  for (const PathPrefix of ['/a/', '/b/', '/a/b/', '/none/'])
    await call('ListEntitiesForPolicy', { PolicyArn, PathPrefix });
  await pages('ListEntitiesForPolicy', { PolicyArn, MaxItems: 3 });
  await call('ListEntitiesForPolicy', { PolicyArn, MaxItems: 8 });
  await call('ListEntitiesForPolicy', { PolicyArn: arn('policy/used') });
  await call('ListEntitiesForPolicy', { PolicyArn: arn('policy/p/used', '100000000009') });
  await call('GetPolicy', { PolicyArn });
  for (const name of ['both', 'bound']) {
    await call('GetUser', { UserName: name });
    await call('GetRole', { RoleName: name });
    await call('ListGroupsForUser', { UserName: name });
  }
  for (const Filter of ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'])
    await call('GetAccountAuthorizationDetails', { Filter: [Filter] });
  await pages('GetAccountAuthorizationDetails', { MaxItems: 5 });
  await pages('GetAccountAuthorizationDetails', { Filter: ['Group', 'User'], MaxItems: 7 });
  await call('GetAccountSummary');

  // The report has a line for each, whatever it has.
  await quiet('UpdateAccountPasswordPolicy', { MaxPasswordAge: 30 });
  await quiet('CreateLoginProfile', { UserName: 'both', Password: 'Correct-Horse-1' });
  await quiet('CreateUser', { UserName: 'a,b' });
  for (const UserName of ['both', 'both', 'bound']) {
    const key = await quiet('CreateAccessKey', { UserName });
    const as = {
      accessKeyId: key.at('AccessKey', 'AccessKeyId'),
      secretAccessKey: key.at('AccessKey', 'SecretAccessKey'),
    };
    await t.silent('sts:GetCallerIdentity', {}, { as, region: 'eu-west-1' });
    if (UserName === 'bound')
      await quiet('UpdateAccessKey', { UserName, AccessKeyId: as.accessKeyId, Status: 'Inactive' });
  }
  await quiet('GenerateCredentialReport', {});
  const { Content } = (await quiet('GetCredentialReport', {})).output as { Content: Uint8Array };
  t.step('the report', Buffer.from(Content).toString().split('\n'));

  const { UserId } = (await quiet('GetUser', { UserName: 'both' })).output.User as { UserId: string };
  const { RoleId } = (await quiet('GetRole', { RoleName: 'both' })).output.Role as { RoleId: string };
  let made = 0;
  /** A role with this trust policy, as it is shown afterwards. */
  const trusting = async (document: string) => {
    const RoleName = `trusting-${made++}`;
    const { output } = await quiet('CreateRole', { RoleName, AssumeRolePolicyDocument: document });
    const { Role } = (await quiet('GetRole', { RoleName })).output as {
      Role?: { AssumeRolePolicyDocument: string };
    };
    const title = document.replace(UserId, 'the id of a user').replace(RoleId, 'the id of a role');
    t.step(title, Role ? decodeURIComponent(Role.AssumeRolePolicyDocument) : output);
    const changed = await quiet('UpdateAssumeRolePolicy', { RoleName: 'neither', PolicyDocument: document });
    if (!Role) t.step('and in a change', changed.output);
  };
  for (const principal of [
    ...[account, '100000000009', '999999999999'].flatMap((of) => [of, arn('root', of)]),
    arn('user/a/both'),
    arn('user/both'),
    arn('user/a/both', '100000000009'),
    UserId,
    `AIDA${'A'.repeat(17)}`,
    arn('role/a/both'),
    arn('role/both'),
    RoleId,
    `AROA${'A'.repeat(17)}`,
    arn('group/a/both'),
    ...[account, '999999999999'].map((of) => `arn:aws:sts::${of}:assumed-role/both/session`),
    '*',
    'nobody',
  ])
    await trusting(trust({ AWS: principal }));
  await trusting(trust({ AWS: [arn('user/a/both'), arn('role/a/both'), account] }));
  await trusting(trust({ AWS: [arn('user/a/both'), arn('user/none')] }));
  await trusting(trust({ AWS: [arn('user/a/both')] }));
  await trusting(trust({ AWS: arn('user/a/both'), Service: ['ec2.amazonaws.com', 'none.amazonaws.com'] }));
  await trusting(trust({ AWS: arn('user/a/both'), Service: ['ec2.amazonaws.com', 'kms.amazonaws.com'] }));
  await trusting(trust({ Federated: 'accounts.google.com' }));
  await trusting(trust({ Federated: arn('oidc-provider/none') }));
  await trusting(
    policy(...[arn('user/a/both'), arn('user/none')].map((AWS) => JSON.parse(trust({ AWS })).Statement[0])),
  );
  await trusting(JSON.stringify(JSON.parse(trust({ AWS: arn('user/a/both') })), undefined, 2));
  await trusting(trust({ AWS: account }).replace(/\[(.*)\]/, '$1'));
  await trusting(policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }));
  await trusting(policy({ Effect: 'Deny', NotPrincipal: { AWS: account }, Action: 'sts:AssumeRole' }));
  t.compare();
});

test('what a denied call is judged by: its action, its resource and the keys of its own', async () => {
  const account = '100000000010';
  const { t } = begun(account, 'decisions');
  const quiet = (operation: string, input: object) => t.silent(`iam:${operation}`, input);
  const arn = (rest: string) => `arn:aws:iam::${account}:${rest}`;
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
  const UserName = 'mia';
  const [GroupName, RoleName, InstanceProfileName] = ['devs', 'app', 'profile'];
  await quiet('CreateUser', { UserName, Path: '/u/', Tags, PermissionsBoundary });
  await quiet('CreateGroup', { GroupName, Path: '/g/' });
  await quiet('CreateRole', { RoleName, Path: '/r/', Tags, PermissionsBoundary, AssumeRolePolicyDocument });
  await quiet('CreateInstanceProfile', { InstanceProfileName, Path: '/i/', Tags });
  await quiet('AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
  const PolicyArn = (await quiet('CreatePolicy', { PolicyName: 'p', Path: '/p/', PolicyDocument, Tags })).at(
    'Policy',
    'Arn',
  );
  const Url = 'https://id.example.com';
  const OpenIDConnectProviderArn = arn('oidc-provider/id.example.com');
  await quiet('CreateOpenIDConnectProvider', { Url, Tags });
  const SerialNumber = arn('mfa/m/mfa');
  await quiet('CreateVirtualMFADevice', { VirtualMFADeviceName: 'mfa', Path: '/m/', Tags });
  const SAMLMetadataDocument =
    '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://a.com/">' +
    `<md:IDPSSODescriptor><!-- ${'x'.repeat(1000)} --></md:IDPSSODescriptor></md:EntityDescriptor>`;
  const saml = { Name: 'okta', SAMLMetadataDocument, Tags };
  await quiet('CreateSAMLProvider', saml);
  const SAMLProviderArn = arn('saml-provider/okta');
  const { certificate, privateKey } = await makeCertificate([], Date.now());
  const ServerCertificateName = 'site';
  const served = { CertificateBody: certificate, PrivateKey: privateKey, Path: '/s/', Tags };
  await quiet('UploadServerCertificate', { ServerCertificateName, ...served });

  const nobody = (await newUser(server, 'nobody', { account })).credentials;
  const untagging = (
    await newUser(server, 'untagging', {
      account,
      allow: [allowing('*'), denying('iam:Tag*', 'iam:PassRole')],
    })
  ).credentials;
  const judged = async (operation: string, input: object = {}, as = nobody) => {
    await t.silent(`iam:${operation}`, input, { as });
    const [record] = await auditRecords(server, { accountId: account });
    const { eventName, errorMessage } = record!.event;
    const decisions = record!.decisions.map(({ action, resource, evidence }) => {
      const keys = Object.entries(evidence?.conditions ?? {}).filter(
        ([key]) => /Tag|^iam:/.test(key) && !key.startsWith('aws:PrincipalTag'),
      );
      return { action, resource, ...Object.fromEntries(keys) };
    });
    t.step(`${eventName} as ${as === nobody ? 'nobody' : 'one who may not tag'}`, {
      errorMessage,
      decisions,
    });
  };
  const more = {
    Tags: [
      { Key: 'stage', Value: 'test' },
      { Key: 'cost', Value: '' },
    ],
  };
  const TagKeys = ['team', 'none'];

  // Identities, what is theirs, and what bounds them.
  for (const [kind, of, shown] of [
    ['User', { UserName }, { UserName: 'new' }],
    ['Role', { RoleName }, { RoleName: 'new', AssumeRolePolicyDocument }],
    ['Group', { GroupName }, { GroupName: 'new' }],
  ] as const) {
    await judged(`Create${kind}`, { ...shown, Path: '/n/', PermissionsBoundary, Tags });
    for (const verb of ['Get', 'Delete']) await judged(`${verb}${kind}`, of);
    for (const verb of ['Put', 'Get', 'Delete'])
      await judged(`${verb}${kind}Policy`, { ...of, PolicyName: 'x', PolicyDocument });
    for (const verb of ['Attach', 'Detach']) await judged(`${verb}${kind}Policy`, { ...of, PolicyArn });
    await judged(`List${kind}Policies`, of);
    await judged(`ListAttached${kind}Policies`, of);
    await judged(`List${kind}s`, { PathPrefix: '/x/' });
    if (kind === 'Group') continue;
    await judged(`Put${kind}PermissionsBoundary`, { ...of, PermissionsBoundary: PolicyArn });
    await judged(`Delete${kind}PermissionsBoundary`, of);
  }
  for (const name of ['UpdateUser', 'UpdateGroup']) {
    for (const change of [
      {},
      { NewUserName: 'other', NewGroupName: 'other' },
      { NewPath: '/x/' },
      { NewUserName: 'other', NewGroupName: 'other', NewPath: '/x/' },
    ])
      await judged(name, { UserName, GroupName, ...change });
    await judged(name, { UserName: 'none', GroupName: 'none', NewPath: '/x/' });
  }
  for (const name of [
    'UpdateRole',
    'UpdateRoleDescription',
    'UpdateAssumeRolePolicy',
    'ListInstanceProfilesForRole',
  ])
    await judged(name, { RoleName, Description: 'd', PolicyDocument: AssumeRolePolicyDocument });
  for (const name of ['AddUserToGroup', 'RemoveUserFromGroup', 'ListGroupsForUser'])
    await judged(name, { GroupName, UserName });
  for (const name of [
    ...[
      'ListAccessKeys',
      'CreateAccessKey',
      'ListMFADevices',
      'ListSSHPublicKeys',
      'ListSigningCertificates',
    ],
    ...['GetLoginProfile', 'DeleteLoginProfile', 'UpdateLoginProfile', 'ListServiceSpecificCredentials'],
  ]) {
    await judged(name, { UserName });
    if (!name.includes('LoginProfile')) await judged(name);
  }
  await judged('CreateLoginProfile', { UserName, Password: 'Correct-Horse-1' });
  await judged('ChangePassword', { OldPassword: 'Correct-Horse-1', NewPassword: 'Correct-Horse-2' });
  const ServiceName = 'bedrock.amazonaws.com';
  const credential = await quiet('CreateServiceSpecificCredential', { UserName, ServiceName });
  const ServiceSpecificCredentialId = credential.at(
    'ServiceSpecificCredential',
    'ServiceSpecificCredentialId',
  );
  await judged('CreateServiceSpecificCredential', { UserName, ServiceName, CredentialAgeDays: 30 });
  for (const verb of ['Update', 'Reset', 'Delete']) {
    const of = { UserName, ServiceSpecificCredentialId, Status: 'Inactive' };
    await judged(`${verb}ServiceSpecificCredential`, of);
    await judged(`${verb}ServiceSpecificCredential`, { ...of, ServiceSpecificCredentialId: 'x'.repeat(20) });
  }
  const key = await quiet('CreateAccessKey', { UserName });
  const AccessKeyId = key.at('AccessKey', 'AccessKeyId');
  for (const name of ['UpdateAccessKey', 'DeleteAccessKey', 'GetAccessKeyLastUsed'])
    await judged(name, { UserName, AccessKeyId, Status: 'Active' });
  await judged('GetAccessKeyLastUsed', { AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' });
  const ssh = { UserName, SSHPublicKeyId: 'x'.repeat(20), Encoding: 'SSH', Status: 'Active' };
  for (const verb of ['Upload', 'Get', 'Update', 'Delete'])
    await judged(`${verb}SSHPublicKey`, { ...ssh, SSHPublicKeyBody: 'ssh-rsa AAAA' });
  const signing = { UserName, CertificateId: 'X'.repeat(24), Status: 'Active' };
  for (const verb of ['Upload', 'Update', 'Delete'])
    await judged(`${verb}SigningCertificate`, { ...signing, CertificateBody: certificate });
  await judged('GetUser');
  await judged('GetRole', { RoleName: 'none' });

  // Everything that has tags.
  for (const [title, of] of [
    ['User', { UserName }],
    ['Role', { RoleName }],
    ['Policy', { PolicyArn }],
    ['InstanceProfile', { InstanceProfileName }],
    ['MFADevice', { SerialNumber }],
    ['OpenIDConnectProvider', { OpenIDConnectProviderArn }],
    ['SAMLProvider', { SAMLProviderArn }],
    ['ServerCertificate', { ServerCertificateName }],
  ] as const) {
    await judged(`Tag${title}`, { ...of, ...more });
    await judged(`Untag${title}`, { ...of, TagKeys });
    await judged(`List${title}Tags`, of);
  }
  const created: readonly (readonly [string, object])[] = [
    ['CreateUser', { UserName: 'new', Path: '/n/' }],
    ['CreateRole', { RoleName: 'new', Path: '/n/', AssumeRolePolicyDocument }],
    ['CreatePolicy', { PolicyName: 'new', Path: '/n/', PolicyDocument }],
    ['CreateInstanceProfile', { InstanceProfileName: 'new', Path: '/n/' }],
    ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'new', Path: '/n/' }],
    ['CreateOpenIDConnectProvider', { Url: 'https://new.example.com' }],
    ['CreateSAMLProvider', { ...saml, Name: 'new' }],
    ['UploadServerCertificate', { ServerCertificateName: 'new', ...served }],
  ];
  for (const [operation, input] of created) {
    await judged(operation, { ...input, ...more });
    await judged(operation, { ...input, ...more }, untagging);
    await judged(operation, { ...input, Tags: [{ Key: 'aws:x', Value: 'y' }] }, untagging);
  }

  // The rest.
  const versioned = { PolicyArn, VersionId: 'v1', PolicyDocument };
  for (const name of [
    ...['GetPolicy', 'DeletePolicy', 'CreatePolicyVersion', 'GetPolicyVersion', 'SetDefaultPolicyVersion'],
    ...['DeletePolicyVersion', 'ListPolicyVersions', 'ListEntitiesForPolicy'],
  ])
    await judged(name, versioned);
  await judged('GetPolicyVersion', { ...versioned, PolicyArn: `${PolicyArn}x` });
  await judged('ListPolicies', { PathPrefix: '/x/' });
  for (const name of ['GetInstanceProfile', 'DeleteInstanceProfile', 'RemoveRoleFromInstanceProfile'])
    await judged(name, { InstanceProfileName, RoleName });
  await judged('AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
  await judged('AddRoleToInstanceProfile', { InstanceProfileName, RoleName }, untagging);
  await judged('ListInstanceProfiles', { PathPrefix: '/x/' });
  const codes = { SerialNumber, UserName, AuthenticationCode1: '000000', AuthenticationCode2: '000000' };
  for (const name of [
    'EnableMFADevice',
    'DeactivateMFADevice',
    'ResyncMFADevice',
    'GetMFADevice',
    'DeleteVirtualMFADevice',
  ])
    await judged(name, codes);
  await judged('ListVirtualMFADevices');
  for (const name of [
    'GetOpenIDConnectProvider',
    'DeleteOpenIDConnectProvider',
    'AddClientIDToOpenIDConnectProvider',
    'RemoveClientIDFromOpenIDConnectProvider',
    'UpdateOpenIDConnectProviderThumbprint',
  ])
    await judged(name, { OpenIDConnectProviderArn, ClientID: 'x', ThumbprintList: [] });
  for (const name of ['GetSAMLProvider', 'UpdateSAMLProvider', 'DeleteSAMLProvider'])
    await judged(name, { SAMLProviderArn, SAMLMetadataDocument });
  for (const name of ['GetServerCertificate', 'DeleteServerCertificate'])
    await judged(name, { ServerCertificateName });
  for (const change of [{}, { NewPath: '/x/' }, { NewServerCertificateName: 'other' }])
    await judged('UpdateServerCertificate', { ServerCertificateName, ...change });
  await judged('ListServerCertificates', { PathPrefix: '/x/' });
  const AWSServiceName = 'autoscaling.amazonaws.com';
  await judged('CreateServiceLinkedRole', { AWSServiceName, CustomSuffix: 'x' });
  await judged('DeleteServiceLinkedRole', { RoleName });
  await judged('GetServiceLinkedRoleDeletionStatus', {
    DeletionTaskId: `task/aws-service-role/${AWSServiceName}/AWSServiceRoleForAutoScaling/x`,
  });
  for (const [noun, name] of [
    ['user', UserName],
    ['group', GroupName],
    ['role', RoleName],
  ])
    for (const operation of ['SimulatePrincipalPolicy', 'GetContextKeysForPrincipalPolicy'])
      await judged(operation, { PolicySourceArn: arn(`${noun}/${name}`), ActionNames: ['s3:GetObject'] });
  for (const [name, input] of Object.entries({
    SimulateCustomPolicy: { PolicyInputList: [PolicyDocument], ActionNames: ['s3:GetObject'] },
    GetContextKeysForCustomPolicy: { PolicyInputList: [PolicyDocument] },
    CreateAccountAlias: { AccountAlias: 'shop' },
    DeleteAccountAlias: { AccountAlias: 'shop' },
    SetSecurityTokenServicePreferences: { GlobalEndpointTokenVersion: 'v1Token' },
  }))
    await judged(name, input);
  for (const name of [
    ...['ListAccountAliases', 'GetAccountPasswordPolicy', 'UpdateAccountPasswordPolicy', 'GetAccountSummary'],
    ...['DeleteAccountPasswordPolicy', 'GetAccountAuthorizationDetails', 'GenerateCredentialReport'],
    ...['GetCredentialReport', 'ListOpenIDConnectProviders', 'ListSAMLProviders'],
  ])
    await judged(name);
  t.compare();
});
