/** What each operation of KMS asks: of which resources, for which actions, with the value of every condition key of its own. */
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from '../../src/invoke/audit/evidence.ts';
import { auditRecords, DAY_MS, policy, rootOf, statement } from '../worlds/account.ts';
import { transcripts } from '../worlds/transcript.ts';
import { wrap } from './imports.ts';

const { server, transcript } = await transcripts(import.meta.url);

const ACCOUNT = '100000000005';
const OTHER = '100000000006';
const REGION = 'us-east-1';
const OF_KMS = /^(?:kms:|aws:(?:RequestTag|ResourceTag|TagKeys|RequestedRegion))/;
const arnOf = (resource: string, account = ACCOUNT) => `arn:aws:kms:${REGION}:${account}:${resource}`;
const Message = Buffer.from('message');
const Plaintext = Buffer.from('x');
const context = (value: string) => ({ purpose: value, to: 'test' });

test('each operation asks for what is documented, and tells the condition keys their values', async () => {
  const t = transcript(ACCOUNT, 'asked');
  const root = (operation: string, input: object = {}) => t.silent(`kms:${operation}`, input);
  const make = async (input: object = {}) => (await root('CreateKey', input)).at('KeyMetadata', 'KeyId');
  await t.silent('iam:CreateUser', { UserName: 'mia' });
  const keyOf = (await t.silent('iam:CreateAccessKey', { UserName: 'mia' })).output.AccessKey as {
    AccessKeyId: string;
    SecretAccessKey: string;
  };
  const mia = { accessKeyId: keyOf.AccessKeyId, secretAccessKey: keyOf.SecretAccessKey };

  const Tags = [
    { TagKey: 'team', TagValue: 'blue' },
    { TagKey: 'stage', TagValue: 'test' },
  ];
  const key = await make({ Tags });
  for (const AliasName of ['alias/own', 'alias/second'])
    await root('CreateAlias', { AliasName, TargetKeyId: key });
  const other = await make();
  const rsa = await make({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const signing = await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const mac = await make({ KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const agreement = await make({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' });
  const external = await make({ Origin: 'EXTERNAL' });
  const shared = await make({ MultiRegion: true, Tags });
  await root('ReplicateKey', { KeyId: shared, ReplicaRegion: 'eu-west-1' });
  await server.settled();

  const names = Object.entries({ key, other, rsa, signing, mac, agreement, external, shared });
  const named = (text: string) => names.reduce((left, [name, id]) => left.replaceAll(id, `<${name}>`), text);
  const ofKey = new Map<string | undefined, Evidence['conditions']>();
  /** As somebody who may do nothing, so that the evidence of every check is kept. */
  const asked = async (operation: string, input: object = {}, region = REGION) => {
    await t.silent(`kms:${operation}`, input, { as: mia, region });
    const [record] = await auditRecords(server, { accountId: ACCOUNT, region });
    const shown = (record?.decisions ?? []).map(({ evidence }) => {
      const { resource, conditions = {}, resourcePolicy, ...rest } = evidence ?? {};
      const { action, resourceAccount, resourceRule, childGrant, grants } = rest as Partial<Evidence>;
      const own = Object.fromEntries(Object.entries(conditions).filter(([name]) => OF_KMS.test(name)));
      // What every question about a key tells is shown where it is described, and where it is otherwise.
      const usual = ofKey.get(resource) ?? {};
      if (action === 'kms:DescribeKey' && !ofKey.has(resource)) ofKey.set(resource, own);
      const differing = Object.entries(own).filter(([name, value]) => !isDeepStrictEqual(value, usual[name]));
      const lacking = Object.keys(usual).filter((name) => !Object.hasOwn(own, name));
      return {
        ...{ action, resource, resourceAccount, resourceRule, hasPolicy: resourcePolicy !== undefined },
        conditions: Object.fromEntries(differing),
        ...(lacking.length > 0 && { lacking }),
        ...{ childGrant, grants },
      };
    });
    const said = Object.entries(input).map(([name, value]) =>
      value instanceof Uint8Array || value instanceof Date || /^(?:Policy|GrantId)$/.test(name)
        ? name
        : `${name} ${named(JSON.stringify(value) ?? '-')}`,
    );
    t.step(`${operation}: ${said.join(', ')}`, shown);
  };

  for (const [, KeyId] of names) await asked('DescribeKey', { KeyId });
  for (const KeyId of [arnOf(`key/${key}`), 'alias/own', arnOf('alias/own')])
    await asked('DescribeKey', { KeyId });
  await asked('DescribeKey', { KeyId: shared }, 'eu-west-1');
  await asked('DescribeKey', { KeyId: 'alias/aws/ebs' });
  const theirs = arnOf('key/00000000-0000-4000-8000-000000000000', OTHER);
  for (const KeyId of [theirs, arnOf('alias/theirs', OTHER)]) await asked('DescribeKey', { KeyId });
  await asked('DisableKey', { KeyId: theirs });

  await asked('CreateKey');
  await asked('CreateKey', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Tags: Tags.slice(0, 1) });
  await asked('CreateKey', { Origin: 'EXTERNAL', MultiRegion: true });
  const Policy = policy(statement('kms:*', { Principal: { AWS: rootOf(ACCOUNT) } }));
  await asked('CreateKey', { Policy, BypassPolicyLockoutSafetyCheck: true });
  await asked('CreateKey', { Policy, Tags });
  await asked('ListKeys');
  await asked('GenerateRandom', { NumberOfBytes: 1 });
  await asked('ListRetirableGrants', { RetiringPrincipal: rootOf(ACCOUNT) });
  await asked('ListAliases');
  await asked('ListAliases', { KeyId: key });
  await asked('CreateAlias', { AliasName: 'alias/new', TargetKeyId: other });
  await asked('UpdateAlias', { AliasName: 'alias/own', TargetKeyId: other });
  await asked('DeleteAlias', { AliasName: 'alias/own' });

  const EncryptionContext = context('seal');
  const { CiphertextBlob } = (await root('Encrypt', { KeyId: key, Plaintext, EncryptionContext })).output;
  await asked('Encrypt', { KeyId: key, Plaintext });
  await asked('Encrypt', { KeyId: 'alias/second', Plaintext, EncryptionContext });
  await asked('Encrypt', { KeyId: rsa, Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' });
  await asked('Decrypt', { CiphertextBlob });
  await asked('Decrypt', { CiphertextBlob, KeyId: 'alias/own', EncryptionContext });
  await asked('Decrypt', { CiphertextBlob, KeyId: rsa, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' });
  await asked('ReEncrypt', { CiphertextBlob, DestinationKeyId: key });
  await asked('ReEncrypt', {
    ...{ CiphertextBlob, SourceKeyId: 'alias/own', SourceEncryptionContext: EncryptionContext },
    ...{ DestinationKeyId: other, DestinationEncryptionContext: context('other') },
  });
  await asked('ReEncrypt', {
    ...{ CiphertextBlob, SourceKeyId: rsa, SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_1' },
    ...{ DestinationKeyId: rsa, DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
  });
  for (const name of ['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext']) {
    await asked(name, { KeyId: key, NumberOfBytes: 16 });
    await asked(name, { KeyId: 'alias/own', KeySpec: 'AES_256', EncryptionContext });
  }
  for (const name of ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'])
    await asked(name, { KeyId: key, KeyPairSpec: 'ECC_NIST_P521', EncryptionContext });

  const SigningAlgorithm = 'ECDSA_SHA_256';
  for (const more of [{}, { MessageType: 'DIGEST' }]) {
    await asked('Sign', { KeyId: signing, Message, SigningAlgorithm, ...more });
    await asked('Verify', { KeyId: signing, Message, Signature: Message, SigningAlgorithm, ...more });
  }
  await asked('GetPublicKey', { KeyId: signing });
  const MacAlgorithm = 'HMAC_SHA_384';
  await asked('GenerateMac', { KeyId: mac, Message, MacAlgorithm });
  await asked('VerifyMac', { KeyId: mac, Message, MacAlgorithm, Mac: Message });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const PublicKey = publicKey.export({ type: 'spki', format: 'der' });
  await asked('DeriveSharedSecret', { KeyId: agreement, KeyAgreementAlgorithm: 'ECDH', PublicKey });

  const grant = { KeyId: key, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Decrypt', 'CreateGrant'] };
  const SourceArn = 'arn:aws:dynamodb:us-east-1:100000000005:table/t';
  for (const more of [
    {},
    { RetiringPrincipal: rootOf(OTHER), Constraints: { EncryptionContextEquals: EncryptionContext } },
    { Constraints: { EncryptionContextSubset: { purpose: 'x' } } },
    {
      GranteePrincipal: undefined,
      GranteeServicePrincipal: 'dynamodb.amazonaws.com',
      RetiringServicePrincipal: 'us-east-1.supportauthz.amazonaws.com',
      Constraints: { SourceArn, EncryptionContextSubset: { purpose: 'x' } },
    },
  ])
    await asked('CreateGrant', { ...grant, ...more });
  const given = async (Constraints: object, more: object = {}) =>
    (await root('CreateGrant', { ...grant, Operations: ['Decrypt'], Constraints, ...more })).output;
  const [subset, equals] = [
    await given({ EncryptionContextSubset: { purpose: 'x' } }, { RetiringPrincipal: rootOf(ACCOUNT) }),
    await given({ EncryptionContextEquals: EncryptionContext }),
  ];
  await asked('ListGrants', { KeyId: key });
  for (const { GrantId } of [subset, equals]) {
    await asked('RevokeGrant', { KeyId: key, GrantId });
    await asked('RetireGrant', { KeyId: arnOf(`key/${key}`), GrantId });
  }
  // What the account has been granted stands beside its own right.
  await asked('Decrypt', { CiphertextBlob, EncryptionContext });
  await asked('Encrypt', { KeyId: key, Plaintext, EncryptionContext });

  await asked('TagResource', { KeyId: key, Tags: [{ TagKey: 'new', TagValue: 'x' }, ...Tags.slice(1)] });
  await asked('UntagResource', { KeyId: key, TagKeys: ['team', 'none'] });
  for (const name of [
    'ListResourceTags',
    'GetKeyPolicy',
    'ListKeyPolicies',
    'EnableKey',
    'CancelKeyDeletion',
  ])
    await asked(name, { KeyId: key });
  await asked('PutKeyPolicy', { KeyId: key, Policy });
  await asked('PutKeyPolicy', { KeyId: key, Policy, BypassPolicyLockoutSafetyCheck: true });
  await asked('UpdateKeyDescription', { KeyId: key, Description: 'd' });
  await asked('GetKeyLastUsage', { KeyId: key });
  await asked('EnableKeyRotation', { KeyId: key });
  await asked('EnableKeyRotation', { KeyId: key, RotationPeriodInDays: 100 });
  for (const name of ['DisableKeyRotation', 'GetKeyRotationStatus', 'ListKeyRotations', 'RotateKeyOnDemand'])
    await asked(name, { KeyId: key });

  const WrappingAlgorithm = 'RSAES_OAEP_SHA_256';
  const wrapping = { KeyId: external, WrappingAlgorithm, WrappingKeySpec: 'RSA_3072' } as const;
  await asked('GetParametersForImport', wrapping);
  const parameters = (await root('GetParametersForImport', wrapping)).output;
  const EncryptedKeyMaterial = wrap(WrappingAlgorithm, parameters.PublicKey as Uint8Array, Buffer.alloc(32));
  const { ImportToken } = parameters;
  const material = { KeyId: external, ImportToken, EncryptedKeyMaterial };
  const { nowMs } = await server.ask<{ nowMs: number }>('clock');
  await asked('ImportKeyMaterial', { ...material, ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' });
  await asked('ImportKeyMaterial', { ...material, ValidTo: new Date(nowMs + DAY_MS) });
  await asked('DeleteImportedKeyMaterial', { KeyId: external });

  await asked('ReplicateKey', { KeyId: shared, ReplicaRegion: 'eu-north-1' });
  await asked('ReplicateKey', { KeyId: shared, ReplicaRegion: 'eu-north-1', Policy, Tags });
  await asked('UpdatePrimaryRegion', { KeyId: shared, PrimaryRegion: 'eu-west-1' });
  await asked('UpdatePrimaryRegion', { KeyId: shared, PrimaryRegion: REGION });
  await asked('UpdatePrimaryRegion', { KeyId: shared, PrimaryRegion: 'eu-north-1' });

  // Days without use are whole, from the last use, or else from the making of the key.
  for (const KeyId of [key, other]) {
    await asked('DisableKey', { KeyId });
    await asked('ScheduleKeyDeletion', { KeyId });
  }
  await server.advance(2.5 * DAY_MS);
  await root('GenerateDataKeyWithoutPlaintext', { KeyId: key, NumberOfBytes: 1 });
  await server.advance(1.75 * DAY_MS);
  for (const KeyId of [key, other]) {
    await asked('DisableKey', { KeyId });
    await asked('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  }
  t.compare();
});
