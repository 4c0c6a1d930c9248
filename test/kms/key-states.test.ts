/** The whole table of key states and operations (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html). */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { aliases } from '../../src/services/kms/alias/alias.ts';
import { grantCounts, grants } from '../../src/services/kms/grant/grant.ts';
import { keys } from '../../src/services/kms/key/key.ts';
import { KEY_STATES, type KeyState } from '../../src/services/kms/key/key-state.ts';
import { materials } from '../../src/services/kms/key/material.ts';
import type { Table } from '../../src/store/store.ts';
import { ACCOUNT, REGION } from '../worlds/account.ts';
import { type KmsWorld, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';
import { KINDS, type Kind, type Prepared, prepare, REQUESTS } from './requests.ts';

/** What an operation meets: `ok`, or the code and the end of the sentence behind the key's ARN. */
const REFUSALS = {
  disabled: ['DisabledException', ' is disabled.'],
  deletion: ['KMSInvalidStateException', ' is pending deletion.'],
  replicaDeletion: ['KMSInvalidStateException', ' is pending replica deletion.'],
  notDeletion: ['KMSInvalidStateException', ' is not pending deletion.'],
  import: ['KMSInvalidStateException', ' is pending import.'],
  external: ['UnsupportedOperationException', ' origin is EXTERNAL which is not valid for this operation.'],
  unavailable: ['KMSInvalidStateException', ' is unavailable.'],
  creating: ['KMSInvalidStateException', ' is creating.'],
  updating: ['KMSInvalidStateException', ' is updating.'],
} as const;
type Outcome = 'ok' | keyof typeof REFUSALS;

/** In the order of KEY_STATES; `-` where AWS has no such key. */
const row = (text: string) => text.trim().split(/\s+/) as (Outcome | '-')[];
const ALWAYS = row('ok ok ok ok ok ok ok ok');
const USE = row('ok disabled deletion replicaDeletion import unavailable creating ok');
const CHANGE = row('ok ok deletion replicaDeletion ok ok ok ok');
const SWITCH = row('ok ok deletion replicaDeletion import ok creating updating');
const ROTATION = row('ok disabled deletion replicaDeletion - unavailable creating ok');

const TABLE: Readonly<Record<string, (Outcome | '-')[]>> = {
  CancelKeyDeletion: row('notDeletion notDeletion ok ok notDeletion notDeletion notDeletion notDeletion'),
  CreateAlias: CHANGE,
  CreateGrant: row('ok disabled deletion replicaDeletion import ok creating ok'),
  Decrypt: USE,
  DeleteAlias: ALWAYS,
  DeleteImportedKeyMaterial: row('ok ok ok ok ok - creating updating'),
  DeriveSharedSecret: USE,
  DescribeKey: ALWAYS,
  DisableKey: SWITCH,
  DisableKeyRotation: ROTATION,
  EnableKey: SWITCH,
  EnableKeyRotation: ROTATION,
  Encrypt: USE,
  GenerateDataKey: USE,
  GenerateDataKeyPair: USE,
  GenerateDataKeyPairWithoutPlaintext: USE,
  GenerateDataKeyWithoutPlaintext: USE,
  GenerateMac: USE,
  GetKeyLastUsage: ALWAYS,
  GetKeyPolicy: ALWAYS,
  GetKeyRotationStatus: row('ok ok ok ok - unavailable ok ok'),
  GetParametersForImport: row('ok ok deletion replicaDeletion ok - creating updating'),
  GetPublicKey: row('ok ok deletion replicaDeletion import unavailable creating ok'),
  ImportKeyMaterial: row('ok ok deletion replicaDeletion ok - creating ok'),
  ListAliases: ALWAYS,
  ListGrants: ALWAYS,
  ListKeyPolicies: ALWAYS,
  ListKeyRotations: ALWAYS,
  ListResourceTags: ALWAYS,
  PutKeyPolicy: ALWAYS,
  ReEncrypt: USE,
  ReplicateKey: row('ok disabled deletion replicaDeletion import - creating updating'),
  RetireGrant: ALWAYS,
  RevokeGrant: ALWAYS,
  RotateKeyOnDemand: row('ok disabled deletion replicaDeletion import unavailable creating ok'),
  ScheduleKeyDeletion: row('ok ok deletion replicaDeletion ok ok ok updating'),
  Sign: USE,
  TagResource: CHANGE,
  UntagResource: CHANGE,
  UpdateAlias: CHANGE,
  UpdateKeyDescription: CHANGE,
  UpdatePrimaryRegion: row('ok disabled deletion replicaDeletion import - creating ok'),
  Verify: USE,
  VerifyMac: USE,
};

test('the table has every operation on a key, and a request for each', () => {
  assert.deepEqual(Object.keys(REQUESTS).sort(), Object.keys(TABLE).sort());
  assert.equal(Object.keys(TABLE).length, 44);
  for (const cells of Object.values(TABLE)) assert.equal(cells.length, KEY_STATES.length);
});

/** What the keys of a kind are made of, so that every case starts from the same. */
const TABLES = [keys, materials, aliases, grants, grantCounts] as unknown as readonly Table<object>[];

interface Start extends Prepared {
  readonly records: readonly (readonly object[])[];
}

/** Puts everything back, and the key into the state as it is: no request leads into all of them at will. */
async function restart(world: KmsWorld, { KeyId, records }: Start, state: KeyState): Promise<void> {
  const id = KeyId.split('/')[1] as string;
  const isPending = state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
  await world.server.latchkey.runtime.store.transact(async (tx) => {
    for (const [index, table] of TABLES.entries()) {
      for (const record of await tx.list(table)) tx.delete(table, table.key(record));
      for (const record of records[index]!) tx.put(table, record);
    }
    const key = await tx.get(keys, [ACCOUNT, REGION, id]);
    assert.ok(key);
    tx.put(keys, { ...key, state, ...(isPending && { deletion: { windowInDays: 7, atMs: 0 } }) });
  });
}

describe('every operation in every state', async () => {
  const world = await kmsWorld({ after: (close) => after(close as () => void) });
  const kms = await world.kms();
  const starts = new Map<Kind, Start>();
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const { store } = world.server.latchkey.runtime;
    await store.transact(async (tx) => {
      for (const table of TABLES) {
        for (const record of await tx.list(table)) tx.delete(table, table.key(record));
      }
    });
    const prepared = await prepare(world, kms, kind);
    const records = await store.read((tx) => Promise.all(TABLES.map((table) => tx.list(table))));
    starts.set(kind, { ...prepared, records });
  }
  for (const [index, state] of KEY_STATES.entries()) {
    for (const [operation, cells] of Object.entries(TABLE)) {
      const expected = cells[index];
      if (expected === '-' || expected === undefined) continue;
      test(`${operation} on a key that is ${state}: ${expected}`, async () => {
        const { kind = 'symmetric', command } = REQUESTS[operation]!;
        const start = starts.get(kind)!;
        await restart(world, start, state);
        const call = kms.send(command(start) as sdk.DescribeKeyCommand);
        if (expected === 'ok') return void (await call);
        const [code, ending] = REFUSALS[expected];
        assert.deepEqual(await refusal(call), { code, message: start.KeyId + ending, status: 400 });
      });
    }
  }
});

test('rotation of a key whose material is imported is refused by its origin, whatever its state', async (t) => {
  const world = await kmsWorld(t);
  const kms = await world.kms();
  const KeyId = await world.key({ Origin: 'EXTERNAL' });
  const [code, ending] = REFUSALS.external;
  for (const Command of [sdk.EnableKeyRotationCommand, sdk.DisableKeyRotationCommand]) {
    const { code: found, message } = await refusal(
      kms.send(new Command({ KeyId }) as sdk.EnableKeyRotationCommand),
    );
    assert.deepEqual([found, message], [code, KeyId + ending]);
  }
  const status = await kms.send(new sdk.GetKeyRotationStatusCommand({ KeyId }));
  assert.deepEqual([status.KeyId, status.KeyRotationEnabled], [KeyId, false]);
});
