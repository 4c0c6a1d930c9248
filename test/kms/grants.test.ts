/** Grants: what they allow, to whom, for how long, and how they end (aws-facts A4). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  type GrantListEntry,
  type KMSClient,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { mintExternalCaller } from '../../src/invoke/caller.ts';
import type { PolicyGrant } from '../../src/policy/decision.ts';
import { grantStrength } from '../../src/policy/grants.ts';
import { encryptionContextConditions } from '../../src/services/kms/crypto/encryption-context.ts';
import { type GrantRecord, grantCounts, grants, policyGrant } from '../../src/services/kms/grant/grant.ts';
import { grantsFor } from '../../src/services/kms/grant/grant-lookup.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import {
  ACCOUNT,
  auditRecords,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  statement,
  trust,
} from '../worlds/account.ts';
import { keyPolicy, kmsWorld } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

const Plaintext = Buffer.from('x');
const encrypt = (kms: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
  kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
const isAllowed = async (call: Promise<unknown>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    assert.equal((error as Error).name, 'AccessDeniedException');
    return false;
  }
};

describe('a grant', () => {
  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-constraint-type
  test('is asked for by the type of its constraint on the context, whatever else constrains it', async (t) => {
    const world = await kmsWorld(t);
    const KeyId = await world.key();
    const ofType = (type: string) =>
      statement('kms:CreateGrant', { Condition: { StringEquals: { 'kms:GrantConstraintType': type } } });
    const strict = await world.user('strict', { allow: [ofType('EncryptionContextEquals')] });
    const byArn = await world.user('by-arn', { allow: [ofType('SourceArn')] });
    const create = (kms: KMSClient, Constraints?: CreateGrantCommandInput['Constraints']) =>
      isAllowed(
        kms.send(
          new CreateGrantCommand({
            KeyId,
            GranteePrincipal: strict.arn,
            Operations: ['Decrypt'],
            Constraints,
          }),
        ),
      );
    const SourceArn = 'arn:aws:dynamodb:us-east-1:100000000001:table/t';
    const EncryptionContextEquals = { a: 'b' };
    assert.equal(await create(strict.kms, { EncryptionContextEquals }), true);
    assert.equal(await create(strict.kms, { EncryptionContextEquals, SourceArn }), true);
    assert.equal(await create(strict.kms, { EncryptionContextSubset: { a: 'b' }, SourceArn }), false);
    assert.equal(await create(strict.kms, { SourceArn }), false);
    assert.equal(await create(strict.kms), false);
    assert.equal(await create(byArn.kms, { SourceArn }), false);
  });

  test('has no constraint of a kind whose map is empty, as Terraform sends it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const { GrantId } = await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: user.arn,
        Operations: ['Encrypt'],
        Constraints: { EncryptionContextEquals: {}, EncryptionContextSubset: { a: 'b' } },
      }),
    );
    assert.equal(await isAllowed(encrypt(user.kms, KeyId, { a: 'b', c: 'd' })), true);
    assert.equal(await isAllowed(encrypt(user.kms, KeyId, { c: 'd' })), false);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId, GrantId }));
    assert.deepEqual(Grants![0]!.Constraints, { EncryptionContextSubset: { a: 'b' } });
  });

  test('lets its grantee do its operations on its key, and is listed', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const [KeyId, other] = [await world.key(), await world.key()];
    const grant = await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: user.arn,
        RetiringPrincipal: user.arn,
        Operations: ['Encrypt', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: { a: 'b' } },
      }),
    );
    assert.match(grant.GrantId!, /^[0-9a-f]{64}$/);
    assert.ok(grant.GrantToken!.length > 0);
    await encrypt(user.kms, KeyId, { a: 'b', c: 'd' });
    await user.kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(await isAllowed(encrypt(user.kms, KeyId)), false);
    assert.equal(await isAllowed(encrypt(user.kms, other, { a: 'b' })), false);
    const data = user.kms.send(
      new GenerateDataKeyCommand({ KeyId, NumberOfBytes: 1, EncryptionContext: { a: 'b' } }),
    );
    assert.equal(await isAllowed(data), false);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
    const { CreationDate, ...entry } = Grants![0] as GrantListEntry;
    assert.ok(CreationDate instanceof Date);
    assert.deepEqual(entry, {
      KeyId,
      GrantId: grant.GrantId,
      Name: '',
      GranteePrincipal: user.arn,
      RetiringPrincipal: user.arn,
      IssuingAccount: rootOf(ACCOUNT),
      Operations: ['Encrypt', 'DescribeKey'],
      Constraints: { EncryptionContextSubset: { a: 'b' } },
    });
  });

  test('with Equals wants the very context, in any order', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: user.arn,
        Operations: ['Encrypt'],
        Constraints: { EncryptionContextEquals: { a: '1', b: '2' } },
      }),
    );
    for (const [context, allowed] of [
      [{ b: '2', a: '1' }, true],
      [{ a: '1' }, false],
      [{ a: '1', b: '2', c: '3' }, false],
      [{ a: '1', b: 'X' }, false],
    ] as const) {
      assert.equal(await isAllowed(encrypt(user.kms, KeyId, context)), allowed, JSON.stringify(context));
    }
  });

  test('is cancelled by an explicit deny, in the key policy and in IAM', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const deny = { Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' };
    const [free, held] = [await world.user('free'), await world.user('held', { allow: [deny] })];
    const KeyId = await world.key();
    for (const { arn } of [free, held]) {
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: arn, Operations: ['Encrypt'] }));
    }
    await encrypt(free.kms, KeyId);
    const byIam = await refusal(encrypt(held.kms, KeyId));
    assert.match(byIam.message, /with an explicit deny in an identity-based policy$/);
    const Policy = keyPolicy(ACCOUNT, { ...deny, Principal: { AWS: free.arn } });
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const byKey = await refusal(encrypt(free.kms, KeyId));
    assert.match(byKey.message, /with an explicit deny in a resource-based policy$/);
  });

  test('of the same name and content is the same grant, with another token', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const input: CreateGrantCommandInput = {
      KeyId,
      GranteePrincipal: user.arn,
      Operations: ['Encrypt', 'Decrypt'],
      Name: 'n',
    };
    const create = (more: object = {}) => kms.send(new CreateGrantCommand({ ...input, ...more }));
    const first = await create();
    const again = await create({ Operations: ['Decrypt', 'Encrypt'] });
    assert.equal(again.GrantId, first.GrantId);
    assert.notEqual(again.GrantToken, first.GrantToken);
    assert.notEqual((await create({ Operations: ['Encrypt'] })).GrantId, first.GrantId);
    assert.notEqual((await create({ Name: undefined })).GrantId, first.GrantId);
    assert.equal((await kms.send(new ListGrantsCommand({ KeyId }))).Grants!.length, 3);
  });

  test('of the same name and another content is another grant, whatever differs', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [ann, bob] = [await world.user('ann'), await world.user('bob')];
    const KeyId = await world.key();
    const base: CreateGrantCommandInput = {
      KeyId,
      Name: 'one',
      GranteePrincipal: ann.arn,
      RetiringPrincipal: ann.arn,
      Operations: ['Encrypt', 'Decrypt'],
      Constraints: { EncryptionContextSubset: { a: '1', b: '2' } },
    };
    const create = async (more: Partial<CreateGrantCommandInput>) =>
      (await kms.send(new CreateGrantCommand({ ...base, ...more }))).GrantId!;
    const first = await create({});
    // The order of operations and of pairs says nothing.
    assert.equal(await create({ Operations: ['Decrypt', 'Encrypt'] }), first);
    assert.equal(await create({ Constraints: { EncryptionContextSubset: { b: '2', a: '1' } } }), first);
    const others: Partial<CreateGrantCommandInput>[] = [
      { Name: 'other' },
      { GranteePrincipal: bob.arn },
      { RetiringPrincipal: bob.arn },
      { RetiringPrincipal: undefined },
      { Operations: ['Encrypt'] },
      { Operations: ['Encrypt', 'Decrypt', 'DescribeKey'] },
      { Constraints: { EncryptionContextEquals: { a: '1', b: '2' } } },
      { Constraints: { EncryptionContextSubset: { a: '1' } } },
      { Constraints: { EncryptionContextSubset: { a: '1', b: '3' } } },
      { Constraints: { ...base.Constraints, SourceArn: 'arn:aws:dynamodb:us-east-1:100000000001:table/t' } },
      { Constraints: undefined },
    ];
    const made = [first];
    for (const more of others) made.push(await create(more));
    assert.equal(new Set(made).size, others.length + 1);
    // By root of another account it is another's grant.
    const Policy = keyPolicy(
      ACCOUNT,
      statement('kms:CreateGrant', { Principal: { AWS: rootOf(OTHER_ACCOUNT) } }),
    );
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    const foreign = await (await world.kms(OTHER_ACCOUNT)).send(new CreateGrantCommand(base));
    assert.ok(!made.includes(foreign.GrantId!));
  });

  test('counts at once by its token, where grants take time to spread', async (t) => {
    const world = await kmsWorld(t, { delays: 1 });
    const { ports } = world.server.latchkey.runtime;
    (ports as { delays: object }).delays = { ...ports.delays, grantPropagationMs: 60_000 };
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const { GrantToken } = await kms.send(
      new CreateGrantCommand({ KeyId, GranteePrincipal: user.arn, Operations: ['Encrypt'] }),
    );
    assert.equal(await isAllowed(encrypt(user.kms, KeyId)), false);
    const withToken = new EncryptCommand({ KeyId, Plaintext, GrantTokens: [GrantToken!] });
    await user.kms.send(withToken);
    // A token is not a permission: nobody else gains by it.
    const stranger = await world.user('stranger');
    assert.equal(await isAllowed(stranger.kms.send(withToken)), false);
    await world.server.advance(60_000);
    await encrypt(user.kms, KeyId);
    const wrong = new EncryptCommand({ KeyId, Plaintext, GrantTokens: ['bm9uZQ=='] });
    assert.equal((await refusal(user.kms.send(wrong))).code, 'InvalidGrantTokenException');
  });

  test('names a user by its unique id, and a session by its role and its name', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const user = await world.user('ann');
    const AssumeRolePolicyDocument = trust({ AWS: rootOf(ACCOUNT) });
    const { Role: role } = await world.server
      .client(IAMClient, await world.server.root())
      .send(new CreateRoleCommand({ RoleName: 'app', AssumeRolePolicyDocument }));
    const create = (GranteePrincipal: string) =>
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'] }));
    for (const each of [user.id, role!.RoleId!, `${role!.RoleId}:morning`]) await create(each);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
    assert.deepEqual(
      Grants!.map(({ GranteePrincipal }) => GranteePrincipal).sort(),
      [role!.Arn, `arn:aws:sts::${ACCOUNT}:assumed-role/app/morning`, user.arn].sort(),
    );
    for (const each of [`${user.id}:morning`, `${user.id.slice(0, -1)}_`, 'AROAUNKNOWN:morning']) {
      assert.equal((await refusal(create(each))).code, 'InvalidArnException', each);
    }
  });

  test('must suit its key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const GranteePrincipal = rootOf(ACCOUNT);
    const code = async (input: Omit<CreateGrantCommandInput, 'GranteePrincipal'>) =>
      (await refusal(kms.send(new CreateGrantCommand({ GranteePrincipal, ...input })))).code;
    const symmetric = await world.key();
    const mac = await world.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const signing = await world.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    for (const [KeyId, operation] of [
      [symmetric, 'Sign'],
      [symmetric, 'GenerateMac'],
      [symmetric, 'GetPublicKey'],
      [mac, 'Encrypt'],
      [mac, 'GetPublicKey'],
      [signing, 'GenerateDataKey'],
    ] as const) {
      assert.equal(await code({ KeyId, Operations: [operation] }), 'ValidationException', operation);
    }
    const only = kms.send(
      new CreateGrantCommand({ KeyId: symmetric, GranteePrincipal, Operations: ['CreateGrant'] }),
    );
    assert.equal((await refusal(only)).message, 'Grants must not contain only the CreateGrant operation.');
    const Constraints = { EncryptionContextSubset: { a: 'b' } };
    assert.equal(await code({ KeyId: mac, Operations: ['VerifyMac'], Constraints }), 'ValidationException');
    const pairs = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
    for (const [most, tooMuch] of [
      [pairs(8), pairs(9)],
      [{ a: 'x'.repeat(384) }, { a: 'x'.repeat(385) }],
    ]) {
      for (const constraint of ['EncryptionContextEquals', 'EncryptionContextSubset']) {
        const constrained = (context: typeof most) => ({
          KeyId: symmetric,
          Operations: ['Encrypt' as const],
          Constraints: { [constraint]: context },
        });
        await kms.send(new CreateGrantCommand({ GranteePrincipal, ...constrained(most) }));
        assert.equal(await code(constrained(tooMuch)), 'ValidationException', constraint);
      }
    }
    // No pair is no constraint: Terraform sends an empty map for what it does not use.
    for (const none of [undefined, {}, { EncryptionContextSubset: {} }, { EncryptionContextEquals: {} }]) {
      const bare = { KeyId: mac, GranteePrincipal, Constraints: none };
      await kms.send(new CreateGrantCommand({ ...bare, Operations: ['VerifyMac'] }));
    }
  });
});

describe('grants in great number', () => {
  const [account, region] = [ACCOUNT, REGION];

  test('cost a decision no more than those that may allow it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const keyId = KeyId.split('/')[1]!;
    const input = { KeyId, GranteePrincipal: user.arn, Operations: ['Encrypt' as const] };
    const Constraints = { EncryptionContextSubset: { volume: 'v' } };
    await kms.send(new CreateGrantCommand({ ...input, Constraints }));
    const { store } = world.server.latchkey.runtime;
    await store.transact(async (tx) => {
      const [template] = await tx.list(grants, { prefix: [account, region, keyId] });
      for (let i = 0; i < 3000; i++) {
        const grantId = String(i).padStart(64, '0');
        tx.put(grants, { ...template!, grantId, encryptionContextSubset: { fleet: 'f', volume: `v${i}` } });
      }
    });
    await encrypt(user.kms, KeyId, { fleet: 'f', volume: 'v1234', other: 'pair' });
    await refusal(encrypt(user.kms, KeyId, { fleet: 'f', volume: 'none' }));
    const lookedAt = async () => {
      const [record] = await auditRecords(world.server, { accountId: account, region });
      return record!.decisions.at(-1)!.evidence?.grants?.length;
    };
    assert.equal(await lookedAt(), 0);
    const wrong = user.kms.send(
      new GenerateDataKeyCommand({
        KeyId,
        NumberOfBytes: 1,
        EncryptionContext: { fleet: 'f', volume: 'v1234' },
      }),
    );
    await refusal(wrong);
    assert.equal(await lookedAt(), 0);
    // With very many pairs in the context, all grants of the operation are looked at instead of all subsets.
    const pairs = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`p${i}`, 'x']));
    await encrypt(user.kms, KeyId, { ...pairs, fleet: 'f', volume: 'v2999' });
  });

  test('are found whenever they would allow: the index overlooks none', async () => {
    const names = fc.constantFrom('a', 'b', 'c', '1:a');
    const contexts = fc.dictionary(names, fc.constantFrom('', 'x', 'y1:a'), { maxKeys: 3 });
    const constraints = fc.oneof(
      fc.constant({}),
      contexts.map((encryptionContextSubset) => ({ encryptionContextSubset })),
      contexts.map((encryptionContextEquals) => ({ encryptionContextEquals })),
    );
    const principal = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/u`, id: 'AIDAU' } as const;
    const origin = { sourceIp: '127.0.0.1', userAgent: 'test', secureTransport: false };
    const caller = mintExternalCaller({ principal, account, accessKeyId: 'AKIA' }, region, origin);
    const key = { account, region, keyId: 'k' };
    let allowing = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(constraints, { maxLength: 12 }), contexts, async (terms, context) => {
        const store = openMemoryStore();
        const all = terms.map((term, i): GrantRecord => {
          const rest = { createdAtMs: 0, effectiveAtMs: 0, issuingAccount: account, grantee: principal.id };
          return { ...key, ...rest, grantId: `${i}`, operations: ['Encrypt'], ...term };
        });
        await store.transact(async (tx) => {
          for (const grant of all) tx.put(grants, grant);
          tx.put(grantCounts, { ...key, count: all.length });
        });
        const found = await store.read((tx) =>
          grantsFor({ tx, caller, nowMs: 1 } as never, key as never, 'Encrypt', {
            encryptionContext: context,
          }),
        );
        const told = Object.entries(encryptionContextConditions(context));
        const request = {
          principal,
          action: 'kms:Encrypt',
          resource: 'k',
          resourceAccount: account,
          condition: (name: string) => {
            const value = told.find(([each]) => each.toLowerCase() === name)?.[1];
            return value === undefined ? undefined : [value as string | string[]].flat();
          },
        };
        const allowed = (grant: PolicyGrant) => grantStrength(grant, request) > 0;
        const ids = (list: readonly PolicyGrant[]) =>
          list
            .filter(allowed)
            .map(({ grantId }) => grantId)
            .sort();
        const expected = ids(all.map(policyGrant));
        allowing += expected.length;
        assert.deepEqual(ids(found ?? []), expected);
        await store.close();
      }),
      { numRuns: 200 },
    );
    assert.ok(allowing > 50, `${allowing} would allow`);
  });

  test('end at 50,000 a key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const keyId = KeyId.split('/')[1]!;
    const { store } = world.server.latchkey.runtime;
    await store.transact(async (tx) => tx.put(grantCounts, { account, region, keyId, count: 49_999 }));
    const input = { KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt' as const] };
    const { GrantId } = await kms.send(new CreateGrantCommand(input));
    assert.equal((await refusal(kms.send(new CreateGrantCommand(input)))).code, 'LimitExceededException');
    await kms.send(new RevokeGrantCommand({ KeyId, GrantId: GrantId! }));
    await kms.send(new CreateGrantCommand(input));
  });
});

describe('a child grant', () => {
  const parentTerms = {
    Operations: ['CreateGrant', 'Encrypt', 'Decrypt'],
    Constraints: { EncryptionContextSubset: { a: '1' } },
  } as const;
  const cases: readonly [string, Partial<CreateGrantCommandInput>, boolean][] = [
    ['the same constraint', { Constraints: { EncryptionContextSubset: { a: '1' } } }, true],
    ['more pairs', { Constraints: { EncryptionContextSubset: { a: '1', b: '2' } } }, true],
    ['Equals that contain them', { Constraints: { EncryptionContextEquals: { a: '1', b: '2' } } }, true],
    ['no constraint', {}, false],
    ['other pairs', { Constraints: { EncryptionContextSubset: { b: '2' } } }, false],
    [
      'an operation more',
      { Operations: ['Encrypt', 'DescribeKey'], Constraints: { EncryptionContextSubset: { a: '1' } } },
      false,
    ],
  ];
  for (const [title, terms, allowed] of cases) {
    test(`of a Subset grant with ${title} is ${allowed ? 'made' : 'denied'}`, async (t) => {
      const world = await kmsWorld(t);
      const kms = await world.kms();
      const [parent, child] = [await world.user('parent'), await world.user('child')];
      const KeyId = await world.key();
      await kms.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: parent.arn,
          Operations: [...parentTerms.Operations],
          Constraints: parentTerms.Constraints,
        }),
      );
      const creating = parent.kms.send(
        new CreateGrantCommand({ KeyId, GranteePrincipal: child.arn, Operations: ['Encrypt'], ...terms }),
      );
      if (allowed) return void (await creating);
      const { code, message } = await refusal(creating);
      assert.equal(code, 'AccessDeniedException');
      assert.match(message, /because no (identity|resource)-based policy allows the kms:CreateGrant action$/);
    });
  }

  test('of an Equals grant is the same Equals; two parents do not add up', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [parent, child] = [await world.user('parent'), await world.user('child')];
    const KeyId = await world.key();
    const grantToParent = (input: Pick<CreateGrantCommandInput, 'Operations' | 'Constraints'>) =>
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: parent.arn, ...input }));
    const Constraints = { EncryptionContextEquals: { a: '1' } };
    await grantToParent({ Operations: ['CreateGrant', 'Encrypt'], Constraints });
    await grantToParent({ Operations: ['CreateGrant', 'Decrypt'], Constraints });
    const make = (input: Pick<CreateGrantCommandInput, 'Operations' | 'Constraints'>) =>
      isAllowed(parent.kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: child.arn, ...input })));
    assert.equal(await make({ Operations: ['Encrypt'], Constraints }), true);
    assert.equal(await make({ Operations: ['Encrypt', 'Decrypt'], Constraints }), false);
    const subset = { EncryptionContextSubset: { a: '1' } };
    assert.equal(await make({ Operations: ['Encrypt'], Constraints: subset }), false);
    const wider = { EncryptionContextEquals: { a: '1', b: '2' } };
    assert.equal(await make({ Operations: ['Encrypt'], Constraints: wider }), false);
  });

  test('of a caller whom policy allows may be anything', async (t) => {
    const world = await kmsWorld(t);
    const maker = await world.user('maker', { allow: [statement('kms:CreateGrant')] });
    const KeyId = await world.key();
    assert.equal(await isAllowed(encrypt(maker.kms, KeyId)), false);
    const input = { KeyId, GranteePrincipal: maker.arn, Operations: ['Encrypt' as const] };
    await maker.kms.send(new CreateGrantCommand(input));
    await encrypt(maker.kms, KeyId);
  });
});

describe('principals of grants', () => {
  test('must exist, but sessions and federated users need not have been seen', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const role = await world.role('worker', { path: '/team/' });
    const create = (GranteePrincipal: string) =>
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ['Encrypt'] }));
    for (const principal of [
      ACCOUNT,
      rootOf(ACCOUNT),
      role.arn,
      role.id,
      `${role.id}:never-seen`,
      `arn:aws:sts::${ACCOUNT}:assumed-role/worker/never-seen`,
      `arn:aws:sts::${ACCOUNT}:federated-user/nobody-yet`,
    ]) {
      await create(principal);
    }
    const missing = `arn:aws:iam::${ACCOUNT}:role/missing`;
    assert.deepEqual(await refusal(create(missing)), {
      code: 'InvalidArnException',
      message: `ARN does not refer to a valid principal: ${missing}`,
      status: 400,
    });
    const [iam, sts] = [`arn:aws:iam::${ACCOUNT}:`, `arn:aws:sts::${ACCOUNT}:`];
    for (const invalid of [
      `${sts}assumed-role/team/worker/s`,
      `${sts}assumed-role/worker/`,
      `${sts}assumed-role/worker`,
      `${sts}assumed-role//s`,
      `${sts}federated-user/`,
      `${sts}federated-user/a/b`,
      `${sts}user/a`,
      `${iam}user/`,
      `${iam}user`,
      `${iam}role/`,
      `${iam}role//worker`,
      `${iam}role/team/worker/`,
      `${iam}group/g`,
      `${iam}root/`,
      `arn:aws:iam:us-east-1:${ACCOUNT}:role/worker`,
      'arn:aws:iam::12345678901:role/worker',
      `arn:aws:kms::${ACCOUNT}:root`,
      'ec2.us-east-1.amazonaws.com',
      '12345678901',
    ]) {
      const { code, message } = await refusal(create(invalid));
      assert.deepEqual([code, message], ['InvalidArnException', `ARN is not valid: ${invalid}`]);
    }
    const infrastructure = `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/i-1`;
    assert.equal((await refusal(create(infrastructure))).code, 'InvalidArnException');
  });

  test('are who they were: a namesake made after a deletion gains nothing', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const iam = await world.iam();
    const trust = policy({ Effect: 'Allow', Principal: { AWS: rootOf(ACCOUNT) }, Action: 'sts:AssumeRole' });
    const make = () => iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }));
    const { Role } = await make();
    const KeyId = await world.key();
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/r/s`;
    const input = { KeyId, GranteePrincipal: session, RetiringPrincipal: Role!.Arn! };
    await kms.send(new CreateGrantCommand({ ...input, Operations: ['Encrypt'] }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    const list = async (GranteePrincipal?: string) =>
      (await kms.send(new ListGrantsCommand({ KeyId, GranteePrincipal }))).Grants!;
    const [entry] = await list();
    assert.deepEqual(
      [entry!.GranteePrincipal, entry!.RetiringPrincipal],
      [`${Role!.RoleId}:s`, Role!.RoleId],
    );
    assert.equal((await refusal(list(session))).code, 'InvalidArnException');
    const byId = await refusal(list(Role!.RoleId));
    assert.equal(byId.message, 'Input does not refer to a valid principal');
    const retirable = await refusal(
      kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: Role!.RoleId! })),
    );
    assert.deepEqual(
      [retirable.code, retirable.message],
      ['NotFoundException', `Retiring principal ${Role!.RoleId} could not be found`],
    );
    const again = await refusal(
      kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal: Role!.RoleId!, Operations: ['Encrypt'] })),
    );
    assert.equal(again.message, 'GranteePrincipal does not refer to a valid principal.');
    await make();
    assert.deepEqual(await list(session), []);
  });

  test('filter the list, whichever way they are spelled, page by page', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [ann, bob] = [await world.user('ann'), await world.user('bob')];
    const KeyId = await world.key();
    const made: string[] = [];
    for (let i = 0; i < 5; i++) {
      const GranteePrincipal = i % 2 === 0 ? ann.arn : bob.arn;
      const input = { KeyId, GranteePrincipal, RetiringPrincipal: bob.arn, Operations: ['Encrypt' as const] };
      made.push((await kms.send(new CreateGrantCommand(input))).GrantId!);
    }
    type Page = { Grants?: GrantListEntry[]; NextMarker?: string };
    const all = async (send: (Marker?: string) => Promise<Page>) => {
      const ids: string[] = [];
      let marker: string | undefined;
      do {
        const { Grants, NextMarker } = await send(marker);
        assert.ok(Grants!.length <= 2);
        ids.push(...Grants!.map(({ GrantId }) => GrantId!));
        marker = NextMarker;
      } while (marker);
      return ids;
    };
    const ofKey = await all((Marker) => kms.send(new ListGrantsCommand({ KeyId, Limit: 2, Marker })));
    assert.deepEqual([...ofKey].sort(), [...made].sort());
    const ofAnn = await all((Marker) =>
      kms.send(new ListGrantsCommand({ KeyId, Limit: 2, Marker, GranteePrincipal: ann.arn })),
    );
    assert.deepEqual([...ofAnn].sort(), [made[0], made[2], made[4]].sort());
    const retirable = await all((Marker) =>
      kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: bob.arn, Limit: 2, Marker })),
    );
    assert.deepEqual([...retirable].sort(), [...made].sort());
    const one = await kms.send(new ListGrantsCommand({ KeyId, GrantId: made[3] }));
    assert.deepEqual(
      one.Grants!.map(({ GrantId }) => GrantId),
      [made[3]],
    );
  });
});

describe('a grant ends', () => {
  test('by revocation, which policy allows and a grant never', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const input = { KeyId, GranteePrincipal: user.arn, Operations: ['Encrypt' as const] };
    const { GrantId } = await kms.send(new CreateGrantCommand(input));
    const revoke = (client: KMSClient) => client.send(new RevokeGrantCommand({ KeyId, GrantId: GrantId! }));
    assert.equal(await isAllowed(revoke(user.kms)), false);
    await revoke(kms);
    assert.equal(await isAllowed(encrypt(user.kms, KeyId)), false);
    assert.equal((await refusal(revoke(kms))).code, 'NotFoundException');
  });

  test('by its retiring principal, its grantee with RetireGrant, or the issuing account', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [grantee, retiring, stranger, delegate] = await Promise.all([
      world.user('grantee'),
      world.user('retiring'),
      world.user('stranger'),
      world.user('delegate', { allow: [statement('kms:RetireGrant')] }),
    ]);
    // A key policy can deny retiring, not allow it.
    const KeyId = await world.key({
      Policy: keyPolicy(ACCOUNT, statement('kms:RetireGrant', { Principal: { AWS: stranger.arn } })),
    });
    const create = async (Operations: CreateGrantCommandInput['Operations']) =>
      kms.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: grantee.arn,
          RetiringPrincipal: retiring.arn,
          Operations,
        }),
      );
    const retire = (client: KMSClient, GrantId: string) =>
      isAllowed(client.send(new RetireGrantCommand({ KeyId, GrantId })));
    const plain = await create(['Encrypt']);
    assert.equal(await retire(grantee.kms, plain.GrantId!), false);
    assert.equal(await retire(stranger.kms, plain.GrantId!), false);
    assert.equal(await retire(retiring.kms, plain.GrantId!), true);
    const selfRetiring = await create(['Encrypt', 'RetireGrant']);
    assert.equal(await retire(grantee.kms, selfRetiring.GrantId!), true);
    assert.equal(await retire(delegate.kms, (await create(['Encrypt'])).GrantId!), true);
    assert.equal(await retire(kms, (await create(['Encrypt'])).GrantId!), true);
    const byToken = await create(['Encrypt']);
    await retiring.kms.send(new RetireGrantCommand({ GrantToken: byToken.GrantToken }));
    assert.deepEqual((await kms.send(new ListGrantsCommand({ KeyId }))).Grants, []);
    const neither = await refusal(kms.send(new RetireGrantCommand({ KeyId })));
    assert.equal(neither.code, 'ValidationException');
  });

  test('by a retiring principal of another account with leave of IAM, where the owner issued it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const [bare, allowed] = [
      await world.user('bare', { account: OTHER_ACCOUNT }),
      await world.user('allowed', { account: OTHER_ACCOUNT, allow: [statement('kms:RetireGrant')] }),
    ];
    const KeyId = await world.key();
    const retire = async ({ arn, kms: client }: typeof bare) => {
      const input = { KeyId, GranteePrincipal: arn, RetiringPrincipal: arn };
      const { GrantId } = await kms.send(new CreateGrantCommand({ ...input, Operations: ['Encrypt'] }));
      return isAllowed(client.send(new RetireGrantCommand({ KeyId, GrantId })));
    };
    assert.equal(await retire(bare), false);
    assert.equal(await retire(allowed), true);
  });

  test('by the account that issued it, which owning the key does not make up for', async (t) => {
    const world = await kmsWorld(t);
    const allow = [statement('kms:RetireGrant')];
    const [own, foreign] = [
      await world.user('own', { allow }),
      await world.user('foreign', { account: OTHER_ACCOUNT, allow }),
    ];
    const [owner, issuer] = [await world.kms(), await world.kms(OTHER_ACCOUNT)];
    const KeyId = await world.key({
      Policy: keyPolicy(ACCOUNT, statement('kms:CreateGrant', { Principal: { AWS: rootOf(OTHER_ACCOUNT) } })),
    });
    const input = { KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt' as const] };
    for (const retiring of [issuer, foreign.kms]) {
      const { GrantId } = await issuer.send(new CreateGrantCommand(input));
      const retire = (client: KMSClient) => client.send(new RetireGrantCommand({ KeyId, GrantId }));
      for (const client of [owner, own.kms])
        assert.equal((await refusal(retire(client))).code, 'AccessDeniedException');
      await retire(retiring);
    }
    assert.deepEqual((await owner.send(new ListGrantsCommand({ KeyId }))).Grants, []);
  });

  // https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html: a key policy has no say.
  test('whatever the key policy says of it, unless a policy of IAM denies it', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:RetireGrant', Resource: '*' };
    const KeyId = await world.key({ Policy: keyPolicy(ACCOUNT, deny) });
    const { GrantId } = await kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: user.arn,
        RetiringPrincipal: user.arn,
        Operations: ['Encrypt', 'RetireGrant'],
      }),
    );
    const barred = await world.user('barred', {
      allow: [statement('kms:RetireGrant', { Effect: 'Deny' })],
    });
    const another = await kms.send(
      new CreateGrantCommand({ KeyId, GranteePrincipal: barred.arn, Operations: ['Encrypt', 'RetireGrant'] }),
    );
    const retire = (client: KMSClient, id: string | undefined) =>
      isAllowed(client.send(new RetireGrantCommand({ KeyId, GrantId: id })));
    assert.equal(await retire(barred.kms, another.GrantId), false);
    assert.equal(await retire(user.kms, GrantId), true);
    assert.equal(await retire(kms, another.GrantId), true);
  });

  test('by its token in its own Region, if nothing of the token was changed', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key({ MultiRegion: true });
    await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
    await world.server.settled();
    const input = { KeyId, GranteePrincipal: rootOf(ACCOUNT), Operations: ['Encrypt' as const] };
    const [one, two] = [
      await kms.send(new CreateGrantCommand(input)),
      await kms.send(new CreateGrantCommand({ ...input, Operations: ['Decrypt'] })),
    ];
    const retire = (client: KMSClient, GrantToken: string) =>
      client.send(new RetireGrantCommand({ GrantToken }));
    const west = await world.kms(ACCOUNT, 'eu-west-1');
    assert.equal((await refusal(retire(west, one.GrantToken!))).code, 'NotFoundException');
    const [bytes, others] = [one, two].map(({ GrantToken }) => Buffer.from(GrantToken!, 'base64'));
    // The grant's id stands in clear before what is sealed: another's there is no token of either.
    const spliced = Buffer.concat([others!.subarray(0, 32), bytes!.subarray(32)]).toString('base64');
    for (const at of [0, 31, 32, 40, bytes!.length - 1]) {
      const changed = Buffer.from(bytes!);
      changed[at] = (changed[at] as number) ^ 1;
      const { code } = await refusal(retire(kms, changed.toString('base64')));
      assert.equal(code, 'InvalidGrantTokenException', `byte ${at}`);
    }
    assert.equal((await refusal(retire(kms, spliced))).code, 'InvalidGrantTokenException');
    assert.equal((await kms.send(new ListGrantsCommand({ KeyId }))).Grants!.length, 2);
    await retire(kms, one.GrantToken!);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }));
    assert.deepEqual(
      Grants!.map(({ GrantId }) => GrantId),
      [two.GrantId],
    );
  });

  test('in every state of its key', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const user = await world.user('ann');
    const KeyId = await world.key();
    const input = { KeyId, GranteePrincipal: user.arn, RetiringPrincipal: user.arn };
    const [one, two] = [
      await kms.send(new CreateGrantCommand({ ...input, Operations: ['Encrypt'] })),
      await kms.send(new CreateGrantCommand({ ...input, Operations: ['Encrypt'] })),
    ];
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    await kms.send(new RevokeGrantCommand({ KeyId, GrantId: one.GrantId! }));
    await user.kms.send(new RetireGrantCommand({ KeyId, GrantId: two.GrantId! }));
    assert.deepEqual((await kms.send(new ListGrantsCommand({ KeyId }))).Grants, []);
  });

  test('and is told to CloudTrail with its id and nothing of the request', async (t) => {
    const world = await kmsWorld(t);
    const kms = await world.kms();
    const KeyId = await world.key();
    const input = { KeyId, GranteePrincipal: rootOf(ACCOUNT), RetiringPrincipal: rootOf(ACCOUNT) };
    const { GrantId, GrantToken } = await kms.send(
      new CreateGrantCommand({ ...input, Operations: ['Encrypt'] }),
    );
    await kms.send(new RetireGrantCommand({ GrantToken }));
    const [created] = await world.trail('CreateGrant');
    assert.deepEqual(created!.responseElements, { grantId: GrantId, keyId: KeyId });
    const [retired] = await world.trail('RetireGrant');
    assert.equal(retired!.requestParameters, null);
    assert.deepEqual(retired!.responseElements, { keyId: KeyId });
    assert.deepEqual(retired!.additionalEventData, { grantId: GrantId });
  });
});

describe('what else must allow, beside a grant (aws-facts A4.11)', () => {
  /** What the caller has of its own: nothing, or an allow that its session policy or boundary takes away again. */
  interface Case {
    readonly title: string;
    readonly grantee: 'session' | 'role';
    readonly from: 'own account' | 'owner' | "caller's account";
    /** Does the role's own policy allow? */
    readonly identity: boolean;
    /** Does the session policy allow? */
    readonly session: boolean;
    readonly allowed: boolean;
  }
  const cases: readonly Case[] = [
    {
      title: 'session: no identity allow needed',
      grantee: 'session',
      from: 'own account',
      identity: false,
      session: true,
      allowed: true,
    },
    {
      title: 'session: no session policy holds it',
      grantee: 'session',
      from: 'own account',
      identity: false,
      session: false,
      allowed: true,
    },
    {
      title: 'role: no identity allow needed',
      grantee: 'role',
      from: 'own account',
      identity: false,
      session: true,
      allowed: true,
    },
    {
      title: 'role: the session policy holds it',
      grantee: 'role',
      from: 'own account',
      identity: false,
      session: false,
      allowed: false,
    },
    {
      title: 'role: identity allow needed',
      grantee: 'role',
      from: 'owner',
      identity: false,
      session: true,
      allowed: false,
    },
    {
      title: 'role: identity allow suffices',
      grantee: 'role',
      from: 'owner',
      identity: true,
      session: true,
      allowed: true,
    },
    {
      title: 'session: identity allow needed',
      grantee: 'session',
      from: 'owner',
      identity: false,
      session: true,
      allowed: false,
    },
    {
      title: 'session: the session policy holds it',
      grantee: 'session',
      from: 'owner',
      identity: true,
      session: false,
      allowed: false,
    },
    {
      title: 'role: no identity allow needed',
      grantee: 'role',
      from: "caller's account",
      identity: false,
      session: true,
      allowed: true,
    },
    {
      title: 'role: the session policy holds it',
      grantee: 'role',
      from: "caller's account",
      identity: false,
      session: false,
      allowed: false,
    },
    {
      title: 'session: nothing holds it',
      grantee: 'session',
      from: "caller's account",
      identity: false,
      session: false,
      allowed: true,
    },
  ];
  for (const { title, grantee, from, identity, session, allowed } of cases) {
    test(`issued by ${from}, to a ${title}`, async (t) => {
      const world = await kmsWorld(t);
      const home = from === 'own account' ? ACCOUNT : OTHER_ACCOUNT;
      const role = await world.role('caller', {
        account: home,
        allow: [statement(identity ? 'kms:*' : 'sts:Get*')],
      });
      const sessionPolicy = policy(statement(session ? 'kms:*' : 'sts:Get*'));
      const caller = await role.assume('one', sessionPolicy);
      // The key trusts the caller's account with grants only, where that account is to issue one.
      const trust = statement('kms:CreateGrant', { Principal: { AWS: rootOf(home) } });
      const KeyId = await world.key({
        Policy: from === "caller's account" ? keyPolicy(ACCOUNT, trust) : keyPolicy(ACCOUNT),
      });
      const issuer = await world.kms(from === "caller's account" ? home : ACCOUNT);
      await issuer.send(
        new CreateGrantCommand({
          KeyId,
          GranteePrincipal: grantee === 'session' ? caller.arn : role.arn,
          Operations: ['Encrypt', 'Decrypt'],
        }),
      );
      assert.equal(await isAllowed(encrypt(caller.kms, KeyId)), allowed);
      if (grantee === 'session') {
        const sibling = await role.assume('another', sessionPolicy);
        assert.equal(await isAllowed(encrypt(sibling.kms, KeyId)), false, 'a sibling session gains nothing');
      }
      if (allowed) {
        const { CiphertextBlob } = await encrypt(caller.kms, KeyId);
        await caller.kms.send(new DecryptCommand({ CiphertextBlob }));
      }
    });
  }
});
