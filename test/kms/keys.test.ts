/** Keys, their policies, tags and aliases, by the official SDK's client. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { aliases } from '../../src/services/kms/alias/alias.ts';
import { grants } from '../../src/services/kms/grant/grant.ts';
import { keys } from '../../src/services/kms/key/key.ts';
import { materials } from '../../src/services/kms/key/material.ts';
import {
  ACCOUNT,
  DAY_MS,
  HOUR_MS,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  statement,
} from '../worlds/account.ts';
import { keyPolicy, kmsWorld, type User } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

const keyArn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
const NOWHERE = '00000000-0000-4000-8000-000000000000';

describe('a key', () => {
  test('is described as AWS does', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({ Description: 'mine', Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
    );
    assert.match(KeyMetadata!.KeyId!, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(KeyMetadata!.CurrentKeyMaterialId!, /^[0-9a-f]{64}$/);
    const { CreationDate, CurrentKeyMaterialId, ...rest } = KeyMetadata!;
    assert.ok(CreationDate instanceof Date);
    assert.deepEqual(rest, {
      AWSAccountId: ACCOUNT,
      KeyId: KeyMetadata!.KeyId,
      Arn: keyArn(KeyMetadata!.KeyId!),
      Enabled: true,
      Description: 'mine',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    });
    const described = await kms.send(new DescribeKeyCommand({ KeyId: rest.KeyId }));
    assert.deepEqual(described.KeyMetadata, KeyMetadata);
    const tags = await kms.send(new ListResourceTagsCommand({ KeyId: rest.KeyId! }));
    assert.deepEqual(tags.Tags, [{ TagKey: 'a', TagValue: 'b' }]);
  });

  test('goes off, on, and back from the brink of deletion', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
    await kms.send(new DisableKeyCommand({ KeyId }));
    assert.deepEqual([(await state()).KeyState, (await state()).Enabled], ['Disabled', false]);
    await kms.send(new EnableKeyCommand({ KeyId }));
    assert.equal((await state()).KeyState, 'Enabled');
    const before = Date.now();
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal(scheduled.KeyId, KeyId);
    assert.equal(scheduled.KeyState, 'PendingDeletion');
    assert.equal(scheduled.PendingWindowInDays, 7);
    assert.ok(Math.abs(scheduled.DeletionDate!.getTime() - before - 7 * DAY_MS) < 60_000);
    assert.deepEqual((await state()).DeletionDate, scheduled.DeletionDate);
    assert.equal((await kms.send(new CancelKeyDeletionCommand({ KeyId }))).KeyId, KeyId);
    assert.deepEqual([(await state()).KeyState, (await state()).DeletionDate], ['Disabled', undefined]);
  });

  test('has its waiting period between 7 and 30 days', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    for (const PendingWindowInDays of [6, 31]) {
      const { code } = await refusal(
        kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays })),
      );
      assert.equal(code, 'ValidationException');
    }
    const schedule = (PendingWindowInDays?: number) =>
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    for (const days of [7, 30, undefined]) {
      assert.equal((await schedule(days)).PendingWindowInDays, days ?? 30);
      await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    }
  });

  test('that is not made of what the request says is refused', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const refuse = (input: object) => refusal(kms.send(new CreateKeyCommand(input)));
    assert.deepEqual(await refuse({ KeySpec: 'RSA_2048' }), {
      code: 'ValidationException',
      message: 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
      status: 400,
    });
    assert.equal(
      (await refuse({ KeySpec: 'HMAC_256', KeyUsage: 'SIGN_VERIFY' })).message,
      'KeyUsage SIGN_VERIFY is not compatible with KeySpec HMAC_256',
    );
    assert.equal(
      (await refuse({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' })).code,
      'UnsupportedOperationException',
    );
    assert.equal(
      (await refuse({ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1234567890abcdef0' })).code,
      'CustomKeyStoreNotFoundException',
    );
    assert.equal(
      (await refuse({ XksKeyId: 'external-1' })).message,
      'XksKeyId is valid only for KMS keys with an Origin of EXTERNAL_KEY_STORE.',
    );
    const tags = (...names: string[]) => ({ Tags: names.map((TagKey) => ({ TagKey, TagValue: '' })) });
    assert.equal((await refuse(tags('a', 'a'))).message, 'Duplicate tag keys');
    assert.equal((await refuse(tags('aws:a'))).message, 'Tags beginning with aws: are reserved');
    const many = tags(...Array.from({ length: 51 }, (_, i) => `t${i}`));
    assert.deepEqual(
      [(await refuse(many)).code, (await refuse(many)).message],
      ['TagException', 'Too many tags'],
    );
  });

  test('is listed page by page, in a stable order, in its account and Region only', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const made = new Set<string>();
    for (let i = 0; i < 5; i++) made.add(await world.key());
    await world.key({}, OTHER_ACCOUNT);
    await (await world.kms(ACCOUNT, 'eu-west-1')).send(new CreateKeyCommand({}));
    const listed: string[] = [];
    let Marker: string | undefined;
    do {
      const page: { Keys?: { KeyArn?: string }[]; NextMarker?: string; Truncated?: boolean } = await kms.send(
        new ListKeysCommand({ Limit: 2, Marker }),
      );
      listed.push(...page.Keys!.map(({ KeyArn }) => KeyArn!));
      assert.equal(page.Truncated, page.NextMarker !== undefined);
      Marker = page.NextMarker;
    } while (Marker);
    assert.equal(listed.length, 5);
    assert.deepEqual(new Set(listed), made);
    const wrong = await refusal(kms.send(new ListKeysCommand({ Marker: 'no marker' })));
    assert.equal(wrong.code, 'InvalidMarkerException');
  });

  test('tells its last use from the trail', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const lastUse = async () => (await kms.send(new GetKeyLastUsageCommand({ KeyId }))).KeyLastUsage;
    assert.deepEqual(await lastUse(), {});
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    await kms.send(new DescribeKeyCommand({ KeyId }));
    const [event] = await world.trail('Encrypt');
    const used = await lastUse();
    assert.deepEqual(
      [used?.Operation, used?.CloudTrailEventId, used?.KmsRequestId],
      ['Encrypt', event!.eventID, event!.requestID],
    );
    // Neither a refusal nor what is asked about it, however often, is a use.
    const stranger = await world.user('stranger');
    await refusal(stranger.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })));
    const idle = await world.key();
    const describeOften = async (id: string) => {
      for (let times = 0; times < 8; times++)
        await Promise.all(Array.from({ length: 25 }, () => kms.send(new DescribeKeyCommand({ KeyId: id }))));
    };
    for (const id of [KeyId, idle]) await describeOften(id);
    assert.equal((await lastUse())?.CloudTrailEventId, event!.eventID);
    assert.deepEqual((await kms.send(new GetKeyLastUsageCommand({ KeyId: idle }))).KeyLastUsage, {});
  });
});

test('pages have as many entries as AWS gives where nobody says how many', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key();
  const grant = { KeyId, GranteePrincipal: rootOf(ACCOUNT), RetiringPrincipal: rootOf(ACCOUNT) };
  await kms.send(new CreateGrantCommand({ ...grant, Operations: ['Encrypt'] }));
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/made', TargetKeyId: KeyId }));
  await world.server.latchkey.runtime.store.transact(async (tx) => {
    const [key] = await tx.list(keys);
    const [material] = await tx.list(materials);
    const [made] = await tx.list(grants);
    const [alias] = await tx.list(aliases);
    for (let n = 1; n < 102; n++) {
      const hex = String(n).padStart(64, '0');
      tx.put(keys, { ...key!, keyId: NOWHERE.replace(/0{12}$/, hex.slice(-12)) });
      tx.put(materials, { ...material!, materialId: hex });
      tx.put(grants, { ...made!, grantId: hex });
      tx.put(aliases, { ...alias!, name: `alias/made-${n}` });
    }
  });
  const pages = {
    ListKeys: (await kms.send(new ListKeysCommand({}))).Keys,
    ListAliases: (await kms.send(new ListAliasesCommand({}))).Aliases,
    ListGrants: (await kms.send(new ListGrantsCommand({ KeyId }))).Grants,
    ListRetirableGrants: (await kms.send(new ListRetirableGrantsCommand(grant))).Grants,
    ListKeyRotations: (
      await kms.send(new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))
    ).Rotations,
  };
  assert.deepEqual(Object.fromEntries(Object.entries(pages).map(([name, page]) => [name, page?.length])), {
    ListKeys: 100,
    ListAliases: 50,
    ListGrants: 50,
    ListRetirableGrants: 50,
    ListKeyRotations: 100,
  });
});

test('each listing comes page by page as it comes whole', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key({ Tags: ['a', 'b', 'c'].map((TagKey) => ({ TagKey, TagValue: 'x' })) });
  for (const name of ['alias/aws-', 'alias/b', 'alias/c', 'alias/zz'])
    await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: KeyId }));
  for (let times = 0; times < 3; times++) {
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    await world.server.advance(1000);
  }
  const every = { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' } as const;
  type Page = { NextMarker?: string; Truncated?: boolean };
  const listings: Record<string, (page: object) => Promise<Page>> = {
    Aliases: (page) => kms.send(new ListAliasesCommand(page)),
    'Aliases of a key': (page) => kms.send(new ListAliasesCommand({ KeyId, ...page })),
    Tags: (page) => kms.send(new ListResourceTagsCommand({ KeyId, ...page })),
    Rotations: (page) => kms.send(new ListKeyRotationsCommand({ KeyId, ...page })),
    'Rotations and the first material': (page) =>
      kms.send(new ListKeyRotationsCommand({ KeyId, ...every, ...page })),
    PolicyNames: (page) => kms.send(new ListKeyPoliciesCommand({ KeyId, ...page })),
  };
  const counts: Record<string, number> = {};
  for (const [name, list] of Object.entries(listings)) {
    const items = (page: Page) => (page as Record<string, unknown[]>)[name.split(' ')[0]!]!;
    const whole = await list({});
    assert.deepEqual([whole.Truncated, whole.NextMarker], [false, undefined], name);
    counts[name] = items(whole).length;
    for (const Limit of [1, 2, 3, items(whole).length]) {
      const pages: unknown[][] = [];
      let Marker: string | undefined;
      do {
        const page = await list({ Limit, Marker });
        pages.push(items(page));
        assert.equal(page.Truncated, page.NextMarker !== undefined, name);
        Marker = page.NextMarker;
      } while (Marker);
      assert.deepEqual(pages.flat(), items(whole), `${name}, by ${Limit}`);
      for (const page of pages.slice(0, -1)) assert.equal(page.length, Limit, name);
    }
    assert.equal((await refusal(list({ Marker: 'none' }))).code, 'InvalidMarkerException', name);
  }
  assert.deepEqual(counts, {
    Aliases: 4 + 11,
    'Aliases of a key': 4,
    Tags: 3,
    Rotations: 3,
    'Rotations and the first material': 4,
    PolicyNames: 1,
  });
});

describe('a key named by a request', () => {
  test('may be named by id, ARN, alias and alias ARN where KMS takes them', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const arn = await world.key();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: arn }));
    const names = [arn, arn.split('/')[1]!, 'alias/k', `arn:aws:kms:${REGION}:${ACCOUNT}:alias/k`];
    for (const KeyId of names) {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      assert.equal(KeyMetadata?.Arn, arn);
    }
    const byAlias = await refusal(kms.send(new DisableKeyCommand({ KeyId: 'alias/k' })));
    assert.deepEqual([byAlias.code, byAlias.message], ['NotFoundException', "Invalid keyId 'alias/k'"]);
  });

  test('may be asked about by each of its names', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [arn, shared, foreign] = [
      await world.key(),
      await world.key({ MultiRegion: true }),
      await world.key({}, OTHER_ACCOUNT),
    ];
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/k', TargetKeyId: arn }));
    const can = (resource: string) =>
      world.server
        .ask<{ verdict: string }>('can', { principal: 'root', action: 'kms:Encrypt', resource })
        .then(({ verdict }) => verdict);
    const idOf = (key: string) => key.split('/')[1]!;
    for (const name of [
      arn,
      shared,
      idOf(arn),
      idOf(shared),
      'alias/k',
      `arn:aws:kms:${REGION}:${ACCOUNT}:alias/k`,
    ])
      assert.equal(await can(name), 'allowed', name);
    assert.equal(await can(foreign), 'denied');
    for (const name of [keyArn(NOWHERE), NOWHERE, 'alias/none', 'k', `x${idOf(shared)}`])
      await assert.rejects(can(name), Error, name);
  });

  test('is not found in the words of AWS', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const refuse = async (KeyId: string) => {
      const { code, message } = await refusal(kms.send(new DescribeKeyCommand({ KeyId })));
      return [code, message];
    };
    assert.deepEqual(await refuse(NOWHERE), ['NotFoundException', `Key '${keyArn(NOWHERE)}' does not exist`]);
    assert.deepEqual(await refuse('nonsense'), ['NotFoundException', "Invalid keyId 'nonsense'"]);
    assert.deepEqual(await refuse(`arn:aws:kms:eu-west-1:${ACCOUNT}:key/${NOWHERE}`), [
      'NotFoundException',
      'Invalid arn eu-west-1',
    ]);
    assert.deepEqual(await refuse('alias/none'), [
      'NotFoundException',
      `Alias arn:aws:kms:${REGION}:${ACCOUNT}:alias/none is not found.`,
    ]);
  });
});

describe('aliases', () => {
  test('are made, moved, listed and deleted', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [one, two] = [await world.key(), await world.key()];
    const [oneId, twoId] = [one.split('/')[1], two.split('/')[1]];
    for (const name of ['alias/b', 'alias/a']) {
      await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: one }));
    }
    const list = async (KeyId?: string) =>
      (await kms.send(new ListAliasesCommand({ KeyId })))
        .Aliases!.filter(({ TargetKeyId }) => TargetKeyId !== undefined)
        .map((each) => [each.AliasName, each.TargetKeyId]);
    assert.deepEqual(await list(), [
      ['alias/a', oneId],
      ['alias/b', oneId],
    ]);
    await world.server.advance(HOUR_MS);
    await kms.send(new UpdateAliasCommand({ AliasName: 'alias/b', TargetKeyId: two }));
    const ages = (await kms.send(new ListAliasesCommand({})))
      .Aliases!.filter(({ TargetKeyId }) => TargetKeyId !== undefined)
      .map(({ AliasName, CreationDate, LastUpdatedDate }) => [
        AliasName,
        Math.round((LastUpdatedDate!.getTime() - CreationDate!.getTime()) / HOUR_MS),
      ]);
    assert.deepEqual(ages, [
      ['alias/a', 0],
      ['alias/b', 1],
    ]);
    assert.deepEqual(await list(one), [['alias/a', oneId]]);
    assert.deepEqual(await list(two), [['alias/b', twoId]]);
    const taken = await refusal(kms.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: two })));
    assert.deepEqual(taken, {
      code: 'AlreadyExistsException',
      message: `An alias with the name arn:aws:kms:${REGION}:${ACCOUNT}:alias/a already exists`,
      status: 400,
    });
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/a' }));
    assert.deepEqual(await list(one), []);
    const gone = await refusal(kms.send(new DeleteAliasCommand({ AliasName: 'alias/a' })));
    assert.equal(gone.code, 'NotFoundException');
  });

  test('obey the rules of names, of kinds and of number', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const create = (AliasName: string, TargetKeyId = KeyId) =>
      kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    const bare = await refusal(create('bare'));
    assert.deepEqual(
      [bare.code, bare.message],
      [
        'ValidationException',
        'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
      ],
    );
    assert.equal((await refusal(create('alias/aws/mine'))).code, 'NotAuthorizedException');
    for (let i = 0; i < 50; i++) await create(`alias/n${i}`);
    assert.equal((await refusal(create('alias/n50'))).code, 'LimitExceededException');
    assert.equal((await refusal(create('alias/of-alias', 'alias/n1'))).code, 'ValidationException');
    const mac = await world.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const moved = refusal(kms.send(new UpdateAliasCommand({ AliasName: 'alias/n1', TargetKeyId: mac })));
    assert.equal((await moved).code, 'ValidationException');
  });

  test('need the alias in IAM and the key in its policy', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const aliasOnly = await world.user('alias-only', {
      allow: [{ Effect: 'Allow', Action: 'kms:CreateAlias', Resource: 'arn:aws:kms:*:*:alias/*' }],
    });
    const keyOnly = await world.user('key-only', {
      allow: [{ Effect: 'Allow', Action: 'kms:CreateAlias', Resource: KeyId }],
    });
    const both = await world.user('both', { allow: [statement('kms:CreateAlias')] });
    const create = (user: typeof both) =>
      user.kms.send(new CreateAliasCommand({ AliasName: 'alias/x', TargetKeyId: KeyId }));
    const aliasArn = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/x`;
    const denied = (user: typeof both, resource: string) =>
      `User: ${user.arn} is not authorized to perform: kms:CreateAlias on resource: ${resource} because no identity-based policy allows the kms:CreateAlias action`;
    assert.equal((await refusal(create(aliasOnly))).message, denied(aliasOnly, KeyId));
    assert.equal((await refusal(create(keyOnly))).message, denied(keyOnly, aliasArn));
    await create(both);
  });
});

describe('tags', () => {
  test('are added, changed and removed', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const tag = (...Tags: { TagKey: string; TagValue: string }[]) =>
      kms.send(new TagResourceCommand({ KeyId, Tags }));
    await tag({ TagKey: 'a', TagValue: '1' }, { TagKey: 'b', TagValue: '2' });
    await tag({ TagKey: 'a', TagValue: '3' });
    await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ['b', 'never'] }));
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId }));
    assert.deepEqual(Tags, [{ TagKey: 'a', TagValue: '3' }]);
  });

  test('decide, once they are set', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const user = await world.user('ann', {
      allow: [statement('kms:Encrypt', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } })],
    });
    const encrypt = () => user.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    assert.equal((await refusal(encrypt())).code, 'AccessDeniedException');
    await kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'team', TagValue: 'blue' }] }));
    await encrypt();
  });
});

describe('the key policy', () => {
  test('is the default one where none is given', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const { Policy, PolicyName } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
    assert.equal(PolicyName, 'default');
    assert.deepEqual(JSON.parse(Policy!), {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: rootOf(ACCOUNT) },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    });
    const { PolicyNames } = await kms.send(new ListKeyPoliciesCommand({ KeyId }));
    assert.deepEqual(PolicyNames, ['default']);
  });

  test('opens the key to whom it names, without IAM, and closes IAM without delegation', async (t) => {
    const world = await kmsWorld(t);
    const named = await world.user('named');
    const byIam = await world.user('by-iam', { allow: [statement('kms:*')] });
    const KeyId = await world.key({
      Policy: policy(statement('kms:*', { Principal: { AWS: named.arn } })),
      BypassPolicyLockoutSafetyCheck: true,
    });
    await named.kms.send(new DescribeKeyCommand({ KeyId }));
    const { code, message } = await refusal(byIam.kms.send(new DescribeKeyCommand({ KeyId })));
    assert.equal(code, 'AccessDeniedException');
    assert.equal(
      message,
      `User: ${byIam.arn} is not authorized to perform: kms:DescribeKey on resource: ${KeyId} because no resource-based policy allows the kms:DescribeKey action`,
    );
  });

  test('must let its author change it again, IAM included', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const lockedOut = {
      code: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
      status: 400,
    };
    const stranger = await world.user('stranger');
    const onlyStranger = policy(statement('kms:*', { Principal: { AWS: stranger.arn } }));
    assert.deepEqual(await refusal(kms.send(new CreateKeyCommand({ Policy: onlyStranger }))), lockedOut);
    assert.deepEqual(
      await refusal(kms.send(new PutKeyPolicyCommand({ KeyId, Policy: onlyStranger }))),
      lockedOut,
    );
    // Delegation to the account does not help a user whom IAM does not let put policies.
    const admin = await world.user('admin', { allow: [statement('kms:Get*')] });
    const withAdmin = keyPolicy(ACCOUNT, statement('kms:PutKeyPolicy', { Principal: { AWS: admin.arn } }));
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: withAdmin }));
    const put = (Policy: string, BypassPolicyLockoutSafetyCheck?: boolean) =>
      admin.kms.send(new PutKeyPolicyCommand({ KeyId, Policy, BypassPolicyLockoutSafetyCheck }));
    assert.deepEqual(await refusal(put(keyPolicy(ACCOUNT))), lockedOut);
    await put(keyPolicy(ACCOUNT), true);
  });

  test('names existing principals, and shows their ids once they are gone', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const iam = await world.iam();
    const trust = policy({ Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'sts:AssumeRole' });
    const create = () =>
      iam.send(new CreateRoleCommand({ RoleName: 'r', Path: '/p/', AssumeRolePolicyDocument: trust }));
    const { Role } = await create();
    const Policy = keyPolicy(
      ACCOUNT,
      statement('kms:Decrypt', {
        Principal: { AWS: [Role!.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`] },
      }),
      // An account by its number, and a role by its id, stand as they are written.
      statement('kms:Encrypt', { Principal: { AWS: [OTHER_ACCOUNT, Role!.RoleId] } }),
    );
    const KeyId = await world.key({ Policy });
    const shown = async () => (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy;
    assert.equal(await shown(), Policy);
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    const id = Role!.RoleId!;
    const ids = JSON.parse((await shown())!).Statement[1].Principal.AWS;
    assert.deepEqual(ids, [id, `${id}:s`]);
    // A namesake is somebody else.
    await create();
    assert.deepEqual(JSON.parse((await shown())!).Statement[1].Principal.AWS, [id, `${id}:s`]);
    const invalid = await refusal(
      kms.send(
        new CreateKeyCommand({
          Policy: keyPolicy(
            ACCOUNT,
            statement('kms:*', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/nobody` } }),
          ),
        }),
      ),
    );
    assert.deepEqual(
      [invalid.code, invalid.message],
      [
        'MalformedPolicyDocumentException',
        'Policy contains a statement with one or more invalid principals.',
      ],
    );
  });

  test('is at most 32 KB', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const ofSize = (bytes: number) => {
      const text = keyPolicy(ACCOUNT);
      return text + ' '.repeat(bytes - text.length);
    };
    await kms.send(new CreateKeyCommand({ Policy: ofSize(32_768) }));
    const { code } = await refusal(kms.send(new CreateKeyCommand({ Policy: ofSize(32_769) })));
    assert.equal(code, 'LimitExceededException');
  });

  test('of IAM may want a key to come without tags, or with some of them only', async (t) => {
    const world = await kmsWorld(t);
    const create = (user: User, ...names: string[]) =>
      user.kms.send(new CreateKeyCommand({ Tags: names.map((TagKey) => ({ TagKey, TagValue: 'x' })) }));
    const allowed = (Condition: object) => ({
      allow: [statement('kms:CreateKey', { Condition }), statement('kms:TagResource')],
    });
    const bare = await world.user('bare', allowed({ Null: { 'aws:TagKeys': 'true' } }));
    await create(bare);
    assert.equal((await refusal(create(bare, 'team'))).code, 'AccessDeniedException');
    const tagging = await world.user(
      'tagging',
      allowed({
        Null: { 'aws:TagKeys': 'false' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'stage'] },
      }),
    );
    await create(tagging, 'team', 'stage');
    assert.equal((await refusal(create(tagging))).code, 'AccessDeniedException');
    assert.equal((await refusal(create(tagging, 'team', 'mood'))).code, 'AccessDeniedException');
  });

  test('given along with CreateKey needs kms:PutKeyPolicy, and tags kms:TagResource', async (t) => {
    const world = await kmsWorld(t);
    const maker = await world.user('maker', { allow: [statement('kms:CreateKey')] });
    await maker.kms.send(new CreateKeyCommand({}));
    const withPolicy = await refusal(
      maker.kms.send(
        new CreateKeyCommand({ Policy: keyPolicy(ACCOUNT), BypassPolicyLockoutSafetyCheck: true }),
      ),
    );
    assert.match(withPolicy.message, /not authorized to perform: kms:PutKeyPolicy/);
    const withTags = new CreateKeyCommand({ Tags: [{ TagKey: 'a', TagValue: 'b' }] });
    assert.match(
      (await refusal(maker.kms.send(withTags))).message,
      /not authorized to perform: kms:TagResource/,
    );
  });

  test('is put in every state of the key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    const Policy = keyPolicy(ACCOUNT, statement('kms:List*', { Principal: '*' }));
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    assert.equal((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy, Policy);
  });
});

test('a description is changed', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key();
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'new' }));
  assert.equal((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Description, 'new');
});
