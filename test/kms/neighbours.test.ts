/** What is done to one key is nothing to any other: beside it, in another account, of the same id in another Region. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateKeyCommandInput } from '@aws-sdk/client-kms';
import { ACCOUNT, DAY_MS, OTHER_ACCOUNT, REGION, rootOf, statement } from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { type KmsWorld, keyPolicy, kmsWorld } from '../worlds/kms.ts';
import { importMaterial } from './imports.ts';

const WEST = 'eu-west-1';
const Plaintext = Buffer.from('secret');

interface Key {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly arn: string;
}

type Output = Readonly<Record<string, unknown>>;
type Call = (operation: string, input?: object) => Promise<Output>;

async function callerOf({ server }: KmsWorld, { account, region, arn }: Key): Promise<Call> {
  const root = await server.root(account);
  return async (operation, input = {}) => {
    const call = { service: 'kms', operation, input: { KeyId: arn, ...input } };
    const { $metadata, ...output } = await anyCall(server, root, call, region);
    return output;
  };
}

/** Two aliases, tags, grants to be used and to be retired, a plan of rotations, and material that has been rotated. */
async function dress(world: KmsWorld, key: Key): Promise<void> {
  const call = await callerOf(world, key);
  for (const name of ['one', 'two'])
    await call('CreateAlias', { AliasName: `alias/${key.name}-${name}`, TargetKeyId: key.arn });
  const Tags = ['one', 'two'].map((TagKey) => ({ TagKey, TagValue: key.name }));
  await call('TagResource', { Tags });
  for (const Name of ['one', 'two'])
    await call('CreateGrant', {
      Name,
      GranteePrincipal: rootOf(key.account),
      RetiringPrincipal: rootOf(key.account),
      Operations: ['Decrypt'],
    });
}

const ALL = ['DescribeKey', 'GetKeyPolicy', 'ListGrants', 'ListAliases', 'ListResourceTags'] as const;
const EVERY_VERSION = { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' };

/** All that KMS tells of a key, and whether it still opens what was encrypted under its material, the oldest too. */
async function toldOf(world: KmsWorld, key: Key, blobs: readonly Uint8Array[]): Promise<Output> {
  const call = await callerOf(world, key);
  const told: Record<string, unknown> = {};
  for (const operation of ALL) told[operation] = await call(operation);
  told.ListKeyRotations = await call('ListKeyRotations', EVERY_VERSION);
  told.GetKeyRotationStatus = await call('GetKeyRotationStatus');
  told.retirable = await call('ListRetirableGrants', {
    KeyId: undefined,
    RetiringPrincipal: rootOf(key.account),
  }).then(({ Grants }) => (Grants as { KeyId: string }[]).filter(({ KeyId }) => KeyId === key.arn));
  told.aliases = await call('ListAliases', { KeyId: undefined }).then(({ Aliases }) =>
    (Aliases as { TargetKeyId?: string }[]).filter(({ TargetKeyId }) => key.arn.endsWith(`/${TargetKeyId}`)),
  );
  for (const [at, CiphertextBlob] of blobs.entries())
    told[`opens ${at}`] = Buffer.from((await call('Decrypt', { CiphertextBlob })).Plaintext as Uint8Array);
  return told;
}

/** With a relative that goes, its name goes from what is told of the others. */
const withoutRelatives = (told: Output): Output => {
  const { KeyMetadata } = told.DescribeKey as { KeyMetadata: Output };
  const { MultiRegionConfiguration, ...metadata } = KeyMetadata;
  return { ...told, DescribeKey: metadata };
};

const isImported = ({ name }: Key) => name.startsWith('imported');

async function encrypted(world: KmsWorld, key: Key): Promise<Uint8Array> {
  const { CiphertextBlob } = await (await callerOf(world, key))('Encrypt', { Plaintext });
  return CiphertextBlob as Uint8Array;
}

/** Every change of a key that there is; when its time has come, the last one destroys it. */
const CHANGES: readonly (readonly [
  what: string,
  change: (call: Call, key: Key, world: KmsWorld) => Promise<unknown>,
])[] = [
  ['an alias is deleted', (call, { name }) => call('DeleteAlias', { AliasName: `alias/${name}-one` })],
  ['a tag is taken away', (call) => call('UntagResource', { TagKeys: ['one'] })],
  ['a tag is changed', (call) => call('TagResource', { Tags: [{ TagKey: 'two', TagValue: 'other' }] })],
  ['it is described anew', (call) => call('UpdateKeyDescription', { Description: 'other' })],
  [
    'its policy is replaced',
    (call, { account }) =>
      call('PutKeyPolicy', { Policy: keyPolicy(account, statement('kms:List*', { Principal: '*' })) }),
  ],
  [
    'a grant of the same name is made again, and another',
    async (call, { account }) => {
      for (const Name of ['one', 'three'])
        await call('CreateGrant', { Name, GranteePrincipal: rootOf(account), Operations: ['Encrypt'] });
    },
  ],
  [
    'a grant is revoked, and another retired',
    async (call, { arn }) => {
      const { Grants } = (await call('ListGrants')) as { Grants: { GrantId: string; Name: string }[] };
      const id = (name: string) => Grants.find(({ Name }) => Name === name)?.GrantId;
      await call('RevokeGrant', { GrantId: id('one') });
      await call('RetireGrant', { KeyId: arn, GrantId: id('two') });
    },
  ],
  [
    'it is rotated',
    async (call, key, { server }) => {
      // Rotation is the primary key's affair.
      if (isImported(key) || key.name === 'replica') return;
      await call('EnableKeyRotation', { RotationPeriodInDays: 100 });
      await call('RotateKeyOnDemand');
      await server.settled();
      await call('DisableKeyRotation');
    },
  ],
  [
    'its imported material is deleted',
    async (call, key) => {
      if (isImported(key)) await call('DeleteImportedKeyMaterial');
    },
  ],
  ['its deletion is scheduled', (call) => call('ScheduleKeyDeletion', { PendingWindowInDays: 7 })],
];

test('a key keeps all that is its own whatever becomes of others', async (t) => {
  const world = await kmsWorld(t);
  const make = async (name: string, input: CreateKeyCommandInput = {}, account = ACCOUNT): Promise<Key> => {
    const arn = await world.key({ Description: name, ...input }, account);
    return { name, account, region: REGION, arn };
  };
  const imported = async (name: string, byte: number) => {
    const key = await make(name, { Origin: 'EXTERNAL' });
    await importMaterial(await world.kms(), key.arn, Buffer.alloc(32, byte));
    return key;
  };
  const goes = [
    await make('goes'),
    await make('goes-of-them', {}, OTHER_ACCOUNT),
    await imported('imported-goes', 1),
  ];
  const stays = [
    await make('stays'),
    await make('stays-of-them', {}, OTHER_ACCOUNT),
    await imported('imported-stays', 1),
  ];
  const primary = await make('primary', { MultiRegion: true });
  await (await callerOf(world, primary))('ReplicateKey', { ReplicaRegion: WEST });
  await world.server.settled();
  const replica = { ...primary, name: 'replica', region: WEST, arn: primary.arn.replace(REGION, WEST) };
  goes.push(replica);
  stays.push(primary);

  const blobs = new Map<Key, Uint8Array[]>();
  for (const key of [...goes, ...stays]) await dress(world, key);
  for (const key of stays) {
    const own = [await encrypted(world, key)];
    if (!isImported(key)) {
      const call = await callerOf(world, key);
      await call('EnableKeyRotation', { RotationPeriodInDays: 200 });
      await call('RotateKeyOnDemand');
      await world.server.settled();
    }
    blobs.set(key, [...own, await encrypted(world, key)]);
  }
  const told = async () => {
    const all = [];
    for (const key of stays) all.push(withoutRelatives(await toldOf(world, key, blobs.get(key) ?? [])));
    return all;
  };
  const before = await told();
  for (const [what, change] of CHANGES) {
    for (const key of goes) await change(await callerOf(world, key), key, world);
    assert.deepEqual(await told(), before, what);
  }
  await world.server.advance(7 * DAY_MS + 1000);
  for (const key of goes) await assert.rejects((await callerOf(world, key))('DescribeKey'));
  assert.deepEqual(await told(), before, 'all of them are destroyed');
});
