/** KMS's whole answers: keys of each kind, aliases, grants, policies, rotation, material and ciphertexts, with what is recorded. */
import { test } from 'node:test';
import { DAY_MS, policy, rootOf } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';
import { wrap } from './imports.ts';

const { server, transcript } = await transcripts(import.meta.url);

function begun(account: string, name: string) {
  const t = transcript(account, name);
  return { t, call: (operation: string, input: object = {}) => t.call(`kms:${operation}`, input) };
}
const NONE = '00000000-0000-0000-0000-000000000000';

test('a key from its making to its end, with its aliases, tags and policy', async () => {
  const account = '100000000001';
  const { t, call } = begun(account, 'life');
  const KeyId = (await call('CreateKey', { Description: 'd', Tags: [{ TagKey: 'a', TagValue: 'b' }] })).at(
    'KeyMetadata',
    'KeyId',
  );
  for (const input of [
    { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
    { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    { KeySpec: 'RSA_4096', KeyUsage: 'ENCRYPT_DECRYPT' },
    { Origin: 'EXTERNAL' },
    { MultiRegion: true },
    { KeySpec: 'RSA_2048' },
    { KeySpec: 'HMAC_256' },
    { KeySpec: 'NONE' },
    { Origin: 'AWS_CLOUDHSM' },
    { Policy: '{' },
    { Policy: policy() },
    { Tags: [{ TagKey: 'aws:x', TagValue: 'y' }] },
    { KeyUsage: 'SIGN_VERIFY' },
    { CustomerMasterKeySpec: 'ECC_NIST_P384', KeyUsage: 'SIGN_VERIFY' },
    { CustomerMasterKeySpec: 'RSA_2048', KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' },
    { Origin: 'EXTERNAL_KEY_STORE' },
    { Origin: 'EXTERNAL', KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' },
    { KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' },
  ])
    await call('CreateKey', input);
  for (const id of [
    KeyId,
    NONE,
    'x',
    'alias/none',
    `arn:aws:kms:us-west-2:${account}:key/${KeyId}`,
    `arn:aws:kms:us-east-1:999999999999:key/${KeyId}`,
  ])
    await call('DescribeKey', { KeyId: id });
  await call('UpdateKeyDescription', { KeyId, Description: 'e' });
  for (const AliasName of [
    'alias/one',
    'alias/one',
    'one',
    'alias/aws/x',
    'alias/a b',
    'alias/',
    `alias/${'x'.repeat(250)}`,
    `alias/${'x'.repeat(251)}`,
  ])
    await call('CreateAlias', { AliasName, TargetKeyId: KeyId });
  await call('CreateAlias', { AliasName: 'alias/two', TargetKeyId: NONE });
  const other = (await call('CreateKey')).at('KeyMetadata', 'KeyId');
  await call('CreateAlias', { AliasName: 'alias/one', TargetKeyId: other });
  await call('UpdateAlias', { AliasName: 'alias/one', TargetKeyId: other });
  await call('UpdateAlias', { AliasName: 'alias/one', TargetKeyId: other });
  await call('UpdateAlias', { AliasName: 'alias/none', TargetKeyId: other });
  await call('UpdateAlias', { AliasName: 'alias/one', TargetKeyId: 'alias/one' });
  for (const AliasName of ['one', 'alias/', 'alias/aws/x']) {
    await call('UpdateAlias', { AliasName, TargetKeyId: other });
    await call('DeleteAlias', { AliasName });
  }
  await call('ListAliases');
  await call('ListAliases', { KeyId: other });
  await call('ListAliases', { Limit: 1 });
  await call('DeleteAlias', { AliasName: 'alias/one' });
  await call('DeleteAlias', { AliasName: 'alias/one' });
  await call('ListKeys');
  await call('TagResource', { KeyId, Tags: [{ TagKey: 'c', TagValue: 'd' }] });
  await call('UntagResource', { KeyId, TagKeys: ['a'] });
  await call('ListResourceTags', { KeyId });
  await call('GetKeyPolicy', { KeyId });
  await call('GetKeyPolicy', { KeyId, PolicyName: 'other' });
  await call('ListKeyPolicies', { KeyId });
  const own = { Effect: 'Allow', Principal: { AWS: rootOf(account) }, Action: 'kms:*', Resource: '*' };
  await call('PutKeyPolicy', { KeyId, Policy: policy({ ...own, Sid: 'own' }) });
  await call('PutKeyPolicy', { KeyId, Policy: policy({ ...own, Action: 'kms:Get*' }) });
  await call('PutKeyPolicy', {
    KeyId,
    Policy: policy({ ...own, Principal: { AWS: rootOf('999999999999') } }),
  });
  for (const operation of [
    'DisableKey',
    'DisableKey',
    'GetKeyRotationStatus',
    'EnableKeyRotation',
    'EnableKey',
    'EnableKey',
    'EnableKeyRotation',
    'GetKeyRotationStatus',
    'RotateKeyOnDemand',
    'GetKeyRotationStatus',
    'ListKeyRotations',
    'DisableKeyRotation',
    'GetKeyLastUsage',
  ]) {
    await call(operation, { KeyId });
    // A rotation on demand is over.
    await server.settled();
  }
  for (const RotationPeriodInDays of [89, 90, 2560, 2561])
    await call('EnableKeyRotation', { KeyId, RotationPeriodInDays });
  await server.advance(2560 * DAY_MS + 1000);
  await call('GetKeyRotationStatus', { KeyId });
  for (const PendingWindowInDays of [6, 31, 7])
    await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays });
  await call('ScheduleKeyDeletion', { KeyId });
  await call('ScheduleKeyDeletion', { KeyId: other });
  for (const operation of [
    'EnableKey',
    'DisableKey',
    'EnableKeyRotation',
    'GetKeyRotationStatus',
    'DescribeKey',
    'GenerateMac',
    'Encrypt',
  ])
    await call(operation, {
      KeyId,
      Message: Buffer.from('m'),
      MacAlgorithm: 'HMAC_SHA_256',
      Plaintext: Buffer.from('x'),
    });
  await call('CancelKeyDeletion', { KeyId: other });
  await call('CancelKeyDeletion', { KeyId: other });
  await call('DescribeKey', { KeyId: other });
  await server.advance(7 * DAY_MS + 1000);
  await call('DescribeKey', { KeyId });
  await t.recorded();
  t.compare();
});

test('grants: made, repeated, listed, retired and revoked', async () => {
  const account = '100000000002';
  const { t, call } = begun(account, 'grants');
  await t.silent('iam:CreateUser', { UserName: 'mia' });
  await t.silent('iam:CreateUser', { UserName: 'bob' });
  const mia = `arn:aws:iam::${account}:user/mia`;
  const bob = `arn:aws:iam::${account}:user/bob`;
  const KeyId = (await t.silent('kms:CreateKey')).at('KeyMetadata', 'KeyId');
  const signing = (await t.silent('kms:CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' })).at(
    'KeyMetadata',
    'KeyId',
  );
  const grant = async (input: object) => {
    const answer = await t.silent('kms:CreateGrant', {
      KeyId,
      GranteePrincipal: mia,
      Operations: ['Decrypt'],
      ...input,
    });
    const { GrantToken, ...rest } = answer.output;
    t.step(`CreateGrant ${JSON.stringify({ ...input, KeyId: undefined }).slice(0, 200)}`, {
      ...rest,
      GrantToken: typeof GrantToken,
    });
    return answer;
  };
  const first = await grant({ Name: 'first' });
  await grant({ Name: 'first' });
  for (const input of [
    { Name: 'first', Operations: ['Encrypt'] },
    { Name: 'first', RetiringPrincipal: bob },
    { Name: 'first', GranteePrincipal: bob },
    { Constraints: { EncryptionContextSubset: { a: 'b' } } },
    {
      Constraints: { EncryptionContextEquals: { a: 'b' } },
      Operations: ['GenerateDataKey', 'CreateGrant', 'RetireGrant', 'DescribeKey'],
    },
    { GranteePrincipal: `${mia}x` },
    { GranteePrincipal: 'x' },
    { RetiringPrincipal: `${bob}x` },
    { Operations: ['Encrypt', 'Decrypt', 'Encrypt'] },
    { Operations: [] },
    { Operations: ['None'] },
    { Operations: ['Sign'] },
    { KeyId: signing, Operations: ['Encrypt'] },
    { KeyId: signing, Operations: ['Sign', 'Verify', 'GetPublicKey'] },
    { KeyId: signing, Operations: ['Sign'], Constraints: { EncryptionContextEquals: { a: 'b' } } },
    { Name: 'a b' },
    { DryRun: true },
    { GranteePrincipal: rootOf(account) },
    { GranteePrincipal: account },
    { KeyId: NONE },
  ])
    await grant(input);
  await call('ListGrants', { KeyId });
  await call('ListGrants', { KeyId, GranteePrincipal: bob });
  await call('ListGrants', { KeyId, GrantId: first.at('GrantId') });
  await call('ListGrants', { KeyId, GrantId: '0'.repeat(64) });
  await call('ListGrants', { KeyId, GrantId: first.at('GrantId'), GranteePrincipal: mia });
  await call('ListGrants', { KeyId, GrantId: first.at('GrantId'), GranteePrincipal: bob });
  const SERVICE = 'ec2.us-east-1.amazonaws.com';
  await call('ListGrants', { KeyId, GranteePrincipal: bob, GranteeServicePrincipal: SERVICE });
  for (const GranteePrincipal of ['x', `${mia}x`, 'AIDAAAAAAAAAAAAAAAAAA', SERVICE])
    await call('ListGrants', { KeyId, GranteePrincipal });
  for (const GranteeServicePrincipal of ['x', SERVICE])
    await call('ListGrants', { KeyId, GranteeServicePrincipal });
  for (const input of [
    {},
    { RetiringPrincipal: bob, RetiringServicePrincipal: SERVICE },
    { RetiringPrincipal: 'x' },
    { RetiringPrincipal: `${bob}x` },
    { RetiringPrincipal: rootOf('100000000001') },
    { RetiringServicePrincipal: 'x' },
    { RetiringServicePrincipal: SERVICE },
  ])
    await call('ListRetirableGrants', input);
  await call('ListRetirableGrants', { RetiringPrincipal: bob });
  await call('ListRetirableGrants', { RetiringPrincipal: mia });
  await call('RetireGrant', {
    KeyId: `arn:aws:kms:us-east-1:${account}:key/${KeyId}`,
    GrantId: first.at('GrantId'),
  });
  await call('RetireGrant', { GrantToken: 'none' });
  await call('RetireGrant', {});
  await call('RetireGrant', { KeyId: `arn:aws:kms:us-east-1:${account}:key/${KeyId}` });
  await call('RetireGrant', { GrantId: first.at('GrantId') });
  await call('RetireGrant', { GrantToken: 'none', KeyId: `arn:aws:kms:us-east-1:${account}:key/${KeyId}` });
  await call('RetireGrant', { GrantToken: 'none', GrantId: first.at('GrantId') });
  await call('RevokeGrant', { KeyId, GrantId: '0'.repeat(64) });
  const last = await grant({ Name: 'last' });
  await call('RevokeGrant', { KeyId, GrantId: last.at('GrantId'), DryRun: true });
  await call('RevokeGrant', { KeyId, GrantId: last.at('GrantId') });
  await call('RevokeGrant', { KeyId, GrantId: last.at('GrantId') });
  await t.recorded();
  t.compare();
});

test('what keys of each kind do, and what they refuse', async () => {
  const { t, call } = begun('100000000003', 'crypto');
  const make = async (input: object) => (await t.silent('kms:CreateKey', input)).at('KeyMetadata', 'KeyId');
  const keys: Record<string, string> = {
    symmetric: await make({}),
    rsa: await make({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    signing: await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    mac: await make({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    agreement: await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }),
    external: await make({ Origin: 'EXTERNAL' }),
  };
  const Plaintext = Buffer.from('x');
  const Message = Buffer.from('message');
  const attempts: [string, object][] = [
    ['Encrypt', { Plaintext }],
    ['Encrypt', { Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }],
    ['Encrypt', { Plaintext, EncryptionContext: { a: 'b' } }],
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
    ['GenerateDataKey', { NumberOfBytes: 16 }],
    ['GenerateDataKeyWithoutPlaintext', { KeySpec: 'AES_128' }],
    ['GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256' }],
    ['GetPublicKey', {}],
    ['Sign', { Message, SigningAlgorithm: 'ECDSA_SHA_256' }],
    ['Sign', { Message, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }],
    ['Verify', { Message, Signature: Message, SigningAlgorithm: 'ECDSA_SHA_256' }],
    ['GenerateMac', { Message, MacAlgorithm: 'HMAC_SHA_256' }],
    ['GenerateMac', { Message, MacAlgorithm: 'HMAC_SHA_512' }],
    ['VerifyMac', { Message, Mac: Message, MacAlgorithm: 'HMAC_SHA_256' }],
    ['GetParametersForImport', { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
    ['DeleteImportedKeyMaterial', {}],
    ['GetKeyRotationStatus', {}],
    ['EnableKeyRotation', {}],
  ];
  for (const [operation, input] of attempts) {
    for (const [kind, KeyId] of Object.entries(keys)) {
      const { output } = await t.silent(`kms:${operation}`, { KeyId, ...input });
      const isBytes = (value: unknown) => value instanceof Uint8Array;
      // Signatures and wrapped private keys are of several lengths.
      const shown = Object.entries(output).map(([name, value]) => [
        name,
        isBytes(value) && /Signature|Private|Public|Token/.test(name) ? 'bytes' : value,
      ]);
      t.step(
        `${operation} with the ${kind} key ${JSON.stringify({ ...input, Message: undefined, Plaintext: undefined }).slice(0, 120)}`,
        Object.fromEntries(shown),
      );
    }
  }
  const { Signature } = (
    await t.silent('kms:Sign', { KeyId: keys.signing, Message, SigningAlgorithm: 'ECDSA_SHA_256' })
  ).output;
  // Signatures are of several lengths.
  const signed = { KeyId: keys.signing, Message, Signature, SigningAlgorithm: 'ECDSA_SHA_256' };
  t.step('Verify as it was signed', (await t.silent('kms:Verify', signed)).output);
  const { Mac } = (
    await t.silent('kms:GenerateMac', { KeyId: keys.mac, Message, MacAlgorithm: 'HMAC_SHA_256' })
  ).output;
  await call('VerifyMac', { KeyId: keys.mac, Message, Mac, MacAlgorithm: 'HMAC_SHA_256' });
  const { symmetric: KeyId = '' } = keys;
  for (const length of [0, 1, 4096, 4097])
    await t
      .silent('kms:Encrypt', { KeyId, Plaintext: Buffer.alloc(length) })
      .then(({ output }) => t.step(`Encrypt ${length} bytes`, output));
  const sealed = await t.silent('kms:Encrypt', { KeyId, Plaintext, EncryptionContext: { a: 'b' } });
  const CiphertextBlob = sealed.output.CiphertextBlob as Uint8Array;
  const broken = Uint8Array.from(CiphertextBlob, (byte, at) =>
    at === CiphertextBlob.length - 1 ? byte ^ 1 : byte,
  );
  const decrypt = async (title: string, input: object) =>
    t.step(`Decrypt ${title}`, (await t.silent('kms:Decrypt', { CiphertextBlob, ...input })).output);
  await decrypt('as it was encrypted', { EncryptionContext: { a: 'b' } });
  await decrypt('in no context', {});
  await decrypt('in another context', { EncryptionContext: { a: 'c' } });
  await decrypt('what was changed', { CiphertextBlob: broken, EncryptionContext: { a: 'b' } });
  await decrypt('with another key', { KeyId: await make({}), EncryptionContext: { a: 'b' } });
  await decrypt('with a key of another kind', { KeyId: keys.rsa, EncryptionContext: { a: 'b' } });
  await decrypt('what is no ciphertext', { CiphertextBlob: Buffer.from('none') });
  const again = {
    CiphertextBlob,
    SourceEncryptionContext: { a: 'b' },
    DestinationEncryptionContext: { c: 'd' },
  };
  for (const DestinationKeyId of [KeyId, await make({}), keys.mac, NONE])
    await t
      .silent('kms:ReEncrypt', { ...again, DestinationKeyId })
      .then(({ output }) => t.step('ReEncrypt', output));
  await t
    .silent('kms:ReEncrypt', { ...again, SourceEncryptionContext: {}, DestinationKeyId: KeyId })
    .then(({ output }) => t.step('ReEncrypt from no context', output));
  for (const NumberOfBytes of [0, 1, 1024, 1025])
    await t
      .silent('kms:GenerateRandom', { NumberOfBytes })
      .then(({ output }) => t.step(`GenerateRandom ${NumberOfBytes}`, output));
  const primary = await t.silent('kms:CreateKey', { MultiRegion: true });
  const mrk = primary.at('KeyMetadata', 'KeyId');
  await call('ReplicateKey', {
    KeyId: mrk,
    ReplicaRegion: 'us-west-2',
    Description: 'r',
    Tags: [{ TagKey: 'a', TagValue: 'b' }],
  });
  for (const ReplicaRegion of ['us-west-2', 'us-east-1', 'none'])
    await call('ReplicateKey', { KeyId: mrk, ReplicaRegion });
  await call('ReplicateKey', { KeyId, ReplicaRegion: 'us-west-2' });
  await server.settled();
  await call('DescribeKey', { KeyId: mrk });
  await t.call('kms:DescribeKey', { KeyId: mrk }, { region: 'us-west-2' });
  await call('ScheduleKeyDeletion', { KeyId: mrk });
  await call('UpdatePrimaryRegion', { KeyId: mrk, PrimaryRegion: 'us-west-2' });
  await call('UpdatePrimaryRegion', { KeyId: mrk, PrimaryRegion: 'eu-west-1' });
  await server.settled();
  await call('DescribeKey', { KeyId: mrk });
  await t.recorded();
  t.compare();
});

test('imported material and replicas: brought, shown, rotated, expired, deleted, and brought again', async () => {
  const account = '100000000004';
  const { t, call } = begun(account, 'imports');
  const west = { region: 'us-west-2' };
  const KeyId = (await call('CreateKey', { Origin: 'EXTERNAL', MultiRegion: true })).at(
    'KeyMetadata',
    'KeyId',
  );
  const algorithm = 'RSAES_OAEP_SHA_256';
  const wanted = { KeyId, WrappingAlgorithm: algorithm, WrappingKeySpec: 'RSA_2048' } as const;
  const parameters = (await t.silent('kms:GetParametersForImport', wanted)).output;
  const bring = async (byte: number, input: object = {}, caller: { region?: string } = {}) => {
    const { ImportToken, PublicKey } = caller.region
      ? (await t.silent('kms:GetParametersForImport', wanted, caller)).output
      : parameters;
    const EncryptedKeyMaterial = wrap(algorithm, PublicKey as Uint8Array, Buffer.alloc(32, byte));
    const { output } = await t.silent(
      'kms:ImportKeyMaterial',
      { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE', ...input },
      caller,
    );
    t.step(`ImportKeyMaterial of ${byte}: ${Object.keys({ ...input, ...caller }).join(', ')}`, output);
    return output.KeyMaterialId as string;
  };
  const show = async () => {
    await call('DescribeKey', { KeyId });
    await call('ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
  };
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  const until = (days: number) => new Date(nowMs + days * DAY_MS);

  await call('RotateKeyOnDemand', { KeyId });
  const first = await bring(1, { KeyMaterialDescription: 'one' });
  await show();
  for (const input of [
    { ImportType: 'EXISTING_KEY_MATERIAL' },
    { ExpirationModel: 'KEY_MATERIAL_EXPIRES' },
    { EncryptedKeyMaterial: Buffer.from('none') },
    { ImportToken: Buffer.from('none') },
    { KeyMaterialId: '0'.repeat(64) },
  ])
    await bring(2, input);
  await bring(1, { ValidTo: until(366), ExpirationModel: 'KEY_MATERIAL_EXPIRES' });
  const second = await bring(2, { ImportType: 'NEW_KEY_MATERIAL', KeyMaterialDescription: 'two' });
  await bring(3, { ImportType: 'NEW_KEY_MATERIAL' });
  await show();
  await call('RotateKeyOnDemand', { KeyId });
  await server.settled();
  await call('RotateKeyOnDemand', { KeyId });
  await call('EnableKeyRotation', { KeyId });
  await show();
  await call('GetKeyRotationStatus', { KeyId });

  const locked = policy({
    Effect: 'Allow',
    Principal: { AWS: rootOf(account) },
    Action: 'kms:Get*',
    Resource: '*',
  });
  const open = policy({
    Effect: 'Allow',
    Principal: { AWS: rootOf(account) },
    Action: 'kms:*',
    Resource: '*',
  });
  await call('ReplicateKey', { KeyId, ReplicaRegion: 'us-west-2', Policy: locked });
  await call('ReplicateKey', { KeyId, ReplicaRegion: 'us-west-2', Policy: open });
  const bypassed = { ReplicaRegion: 'eu-west-1', Policy: locked, BypassPolicyLockoutSafetyCheck: true };
  await call('ReplicateKey', { KeyId, ...bypassed });
  await server.settled();
  await t.call('kms:DescribeKey', { KeyId }, west);
  await bring(2, {}, west);
  await t.call('kms:DescribeKey', { KeyId }, west);
  await t.call('kms:ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }, west);

  const { CiphertextBlob } = (await t.silent('kms:Encrypt', { KeyId, Plaintext: Buffer.from('x') })).output;
  const decrypt = async () => call('Decrypt', { CiphertextBlob, KeyId }).then(({ output }) => output);
  await call('DeleteImportedKeyMaterial', { KeyId, KeyMaterialId: '0'.repeat(64) });
  await call('DeleteImportedKeyMaterial', { KeyId, KeyMaterialId: first });
  await show();
  await decrypt();
  await bring(1, { ImportType: 'EXISTING_KEY_MATERIAL' });
  await call('DeleteImportedKeyMaterial', { KeyId });
  await call('DeleteImportedKeyMaterial', { KeyId });
  await show();
  await decrypt();
  await bring(2, { KeyMaterialId: second, ValidTo: until(1), ExpirationModel: 'KEY_MATERIAL_EXPIRES' });
  await decrypt();
  await server.advance(DAY_MS + 1000);
  await show();
  await call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await bring(2);
  await t.recorded();
  t.compare();
});
