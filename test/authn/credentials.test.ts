import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { credentialLookup, openIdentity } from '../../src/authn/credentials.ts';
import { formatAccessKeyId } from '../../src/aws/access-key-id.ts';
import type { Identity } from '../../src/invoke/caller.ts';
import { ensureAccount, rootCredentials } from '../../src/invoke/identity/account.ts';
import { issueSession } from '../../src/invoke/identity/session-token.ts';
import { systemEntropy } from '../../src/platform/node/index.ts';
import { openEphemeralSealer } from '../../src/platform/node/sealer.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { table } from '../../src/store/store.ts';
import { ACCOUNT } from '../worlds/account.ts';

const NOW_MS = Date.UTC(2026, 0, 2);

const userIdentity: Omit<Identity, 'accessKeyId'> = {
  principal: { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/john`, id: 'AIDAJOHN' },
  account: ACCOUNT,
  userName: 'john',
};

const keys = table<{ id: string; secret: string }>()({ name: 'test.keys', key: ({ id }) => [id] });

async function setUp() {
  const entropy = systemEntropy();
  const world = {
    store: openMemoryStore(),
    sealer: openEphemeralSealer({ entropy }),
    entropy,
    clock: { nowMs: () => NOW_MS },
  };
  const root = await world.store.transact(async (tx) => {
    await ensureAccount(tx, { ...world, nowMs: NOW_MS }, ACCOUNT);
    return rootCredentials(tx, world.sealer, { accountId: ACCOUNT });
  });
  assert.ok(root);
  const living = new Set(['AIDAJOHN']);
  const asked = { times: 0 };
  const lookup = credentialLookup({
    ...world,
    principals: { arn: async (_tx, id) => (living.has(id) ? `arn of ${id}` : undefined) },
    userKeys: {
      find: async (tx, _sealer, accessKeyId) => {
        asked.times += 1;
        const key = await tx.get(keys, [accessKeyId]);
        return key && { identity: { ...userIdentity, accessKeyId }, secretAccessKey: key.secret };
      },
      tables: ['test.keys'],
    },
  });
  const session = () =>
    issueSession(world, {
      identity: userIdentity,
      session: { issuedAtMs: NOW_MS, mfaAuthenticated: false, tags: {} },
      expiresAtMs: NOW_MS + 3_600_000,
    });
  return { world, root, lookup, living, asked, session };
}

describe('credentials', () => {
  test('an account has its root key', async () => {
    const { lookup, root } = await setUp();
    assert.deepEqual(await lookup(root.accessKeyId, undefined), {
      secret: root.secretAccessKey,
      identity: {
        principal: { kind: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
        account: ACCOUNT,
        accessKeyId: root.accessKeyId,
      },
    });
    assert.equal(await lookup('AKIANOBODY', undefined), undefined);
  });

  test("a user's key is good from its making to its deletion, and is not read again in between", async () => {
    const { world, lookup, asked } = await setUp();
    assert.equal(await lookup('AKIAJOHN', undefined), undefined);
    await world.store.transact(async (tx) => tx.put(keys, { id: 'AKIAJOHN', secret: 's1' }));
    asked.times = 0;
    for (let i = 0; i < 3; i++) assert.equal((await lookup('AKIAJOHN', undefined))?.secret, 's1');
    assert.equal(asked.times, 1);
    await world.store.transact(async (tx) => tx.delete(keys, ['AKIAJOHN']));
    assert.equal(await lookup('AKIAJOHN', undefined), undefined);
  });

  test('a session comes out of its token, with its expiry', async () => {
    const { lookup, session } = await setUp();
    const { accessKeyId, secretAccessKey, sessionToken } = session();
    assert.match(accessKeyId, /^ASIA/);
    const credential = await lookup(accessKeyId, sessionToken);
    assert.equal(credential?.secret, secretAccessKey);
    assert.equal(credential?.sessionToken, sessionToken);
    assert.equal(credential?.expiresAtMs, NOW_MS + 3_600_000);
    assert.equal(credential?.identity.accessKeyId, accessKeyId);
    assert.deepEqual(credential?.identity.principal, userIdentity.principal);
  });

  test('a token is worth nothing altered, with another key id, or on another server', async () => {
    const { lookup, session } = await setUp();
    const [mine, other] = [session(), session()];
    const alteredAt = (index: number) => {
      const { sessionToken: token } = mine;
      return token.slice(0, index) + (token[index] === 'a' ? 'b' : 'a') + token.slice(index + 1);
    };
    const elsewhere = (await setUp()).session();
    // Known by now, which must not help what follows.
    assert.ok(await lookup(mine.accessKeyId, mine.sessionToken));
    for (const [id, token] of [
      [mine.accessKeyId, alteredAt(0)],
      [mine.accessKeyId, alteredAt(mine.sessionToken.length >> 1)],
      [mine.accessKeyId, other.sessionToken],
      [mine.accessKeyId, ''],
      [mine.accessKeyId, undefined],
      ['', 'garbage'],
      [elsewhere.accessKeyId, elsewhere.sessionToken],
    ] as const) {
      assert.equal(await lookup(id, token), undefined);
    }
  });

  test('a session ends with its user', async () => {
    const { world, lookup, living, session } = await setUp();
    const { accessKeyId, sessionToken } = session();
    assert.ok(await lookup(accessKeyId, sessionToken));
    living.clear();
    await world.store.transact(async (tx) => tx.put(keys, { id: 'x', secret: 'x' }));
    assert.equal(await lookup(accessKeyId, sessionToken), undefined);
  });
});

describe('open authentication', () => {
  test('an unknown key is the root of the default account, twelve digits that of the account they name', async () => {
    const { world } = await setUp();
    const open = openIdentity(world, ACCOUNT);
    for (const id of ['test', 'AKIAIOSFODNN7EXAMPLE', '12345']) {
      assert.deepEqual((await open(id))?.principal, {
        kind: 'root',
        account: ACCOUNT,
        arn: `arn:aws:iam::${ACCOUNT}:root`,
      });
    }
    assert.equal((await open('000000000007'))?.account, '000000000007');
    const created = await world.store.read((tx) =>
      rootCredentials(tx, world.sealer, { accountId: '000000000007' }),
    );
    assert.ok(created);
  });

  test('a key that was made here and is no more does not become root', async () => {
    const { world, session } = await setUp();
    const open = openIdentity(world, ACCOUNT);
    assert.equal(await open(session().accessKeyId), undefined);
    assert.equal(await open(formatAccessKeyId('AKIA', ACCOUNT, randomBytes(5))), undefined);
  });
});
