/**
 * KMS operations through the front door (authorized, audited, committed in memory, no wire), beside the bare
 * node:crypto work of the same operation in the same run; and what many grants and keys do to them.
 */
import {
  createCipheriv,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomFillSync,
  sign,
} from 'node:crypto';
import { startLatchkey } from '../src/assemble.ts';
import { type Caller, type Identity, mintExternalCaller } from '../src/invoke/caller.ts';
import type { Latchkey } from '../src/latchkey.ts';
import { type GrantRecord, grantCounts, grants } from '../src/services/kms/grant/grant.ts';
import { type KeyRecord, keys } from '../src/services/kms/key/key.ts';
import type { KmsOperations } from '../src/shapes/generated/kms.ts';

const ACCOUNT = '123456789012';
const REGION = 'us-east-1';
const MEASURE_MS = 1000;
const ROUNDS = 3;
const MANY_GRANTS = 50_000;
const MANY_KEYS = 100_000;

type Run<N extends keyof KmsOperations> = (
  input: KmsOperations[N]['input'],
) => Promise<KmsOperations[N]['output']>;

/** KMS as root, or as whoever else, sees it from behind the wire. */
function operation<N extends keyof KmsOperations & string>(
  { runtime }: Latchkey,
  name: N,
  caller: Caller = callerOf({
    principal: { kind: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
    account: ACCOUNT,
    accessKeyId: 'AKIABENCH',
  }),
): Run<N> {
  const found = runtime.registry.operation('kms', name);
  if (!found) throw new Error(`no operation ${name}`);
  return (input) =>
    runtime.invoke({
      caller,
      operation: found,
      input,
      requestId: 'bench',
      atMs: runtime.clock.nowMs(),
    }) as Promise<KmsOperations[N]['output']>;
}

const callerOf = (identity: Identity): Caller =>
  mintExternalCaller(identity, REGION, { sourceIp: '127.0.0.1', userAgent: 'bench', secureTransport: false });

/** Calls a second, the best of some rounds: machines have other work. */
async function rate(call: () => unknown): Promise<number> {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now();
    let calls = 0;
    let elapsedMs = 0;
    while (elapsedMs < MEASURE_MS / ROUNDS) {
      for (let i = 0; i < 20; i++) await call();
      calls += 20;
      elapsedMs = performance.now() - from;
    }
    best = Math.max(best, (calls / elapsedMs) * 1000);
  }
  return best;
}

interface Case {
  readonly name: string;
  readonly served: () => unknown;
  readonly bare: () => unknown;
}

async function cases(latchkey: Latchkey): Promise<Case[]> {
  const create = operation(latchkey, 'CreateKey');
  const newKey = async (input: KmsOperations['CreateKey']['input']) =>
    (await create(input)).KeyMetadata?.KeyId as string;
  const message = Buffer.alloc(256, 1);
  const EncryptionContext = { purpose: 'bench' };
  const KeyId = await newKey({});
  const encrypt = operation(latchkey, 'Encrypt');
  const generateDataKey = operation(latchkey, 'GenerateDataKey');
  const mac = operation(latchkey, 'GenerateMac');
  const macKey = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const secret = createSecretKey(Buffer.alloc(32, 1));
  const signing = async (
    KeySpec: 'ECC_NIST_P256' | 'RSA_2048',
    SigningAlgorithm: 'ECDSA_SHA_256' | 'RSASSA_PSS_SHA_256',
  ) => {
    const signer = operation(latchkey, 'Sign');
    const KeyId = await newKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' });
    return () => signer({ KeyId, Message: message, SigningAlgorithm });
  };
  const bareSigning =
    (key: KeyObject, padding = {}) =>
    () =>
      sign('sha256', message, { key, ...padding });
  const pss = { padding: 6, saltLength: -1 };
  return [
    {
      name: 'Encrypt, 256 bytes',
      served: () => encrypt({ KeyId, Plaintext: message, EncryptionContext }),
      bare: () => bareEncrypt(secret, message),
    },
    {
      name: 'GenerateDataKey, 32 bytes',
      served: () => generateDataKey({ KeyId, NumberOfBytes: 32, EncryptionContext }),
      bare: () => bareEncrypt(secret, randomFillSync(Buffer.allocUnsafe(32))),
    },
    {
      name: 'GenerateMac, HMAC_256',
      served: () => mac({ KeyId: macKey, Message: message, MacAlgorithm: 'HMAC_SHA_256' }),
      bare: () => createHmac('sha256', secret).update(message).digest(),
    },
    {
      name: 'Sign, ECC_NIST_P256',
      served: await signing('ECC_NIST_P256', 'ECDSA_SHA_256'),
      bare: bareSigning(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey),
    },
    {
      name: 'Sign, RSA_2048 PSS',
      served: await signing('RSA_2048', 'RSASSA_PSS_SHA_256'),
      bare: bareSigning(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, pss),
    },
  ];
}

function bareEncrypt(key: KeyObject, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, randomFillSync(Buffer.allocUnsafe(12)));
  cipher.setAAD(plaintext.subarray(0, 32));
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

const perSecond = (calls: number) => `${Math.round(calls).toLocaleString('en')}/s`.padStart(12);

export async function kmsBench(): Promise<void> {
  const latchkey = await startLatchkey({ delays: 0 });
  try {
    for (const { name, served, bare } of await cases(latchkey)) {
      const [ours, raw] = [await rate(served), await rate(bare)];
      const dearer = (1e6 / ours - 1e6 / raw).toFixed(0);
      console.log(
        `${name.padEnd(28)} ${perSecond(ours)}   bare node:crypto ${perSecond(raw)}   ratio ${(ours / raw).toFixed(2)}, ${dearer} us more`,
      );
    }
    await manyGrants(latchkey);
    await manyKeys(latchkey);
  } finally {
    await latchkey.close();
  }
}

async function manyGrants(latchkey: Latchkey): Promise<void> {
  const { KeyMetadata } = await operation(latchkey, 'CreateKey')({});
  const key = { account: ACCOUNT, region: REGION, keyId: KeyMetadata?.KeyId as string };
  const user = {
    kind: 'user',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/bench`,
    id: 'AIDABENCH',
  } as const;
  const caller = callerOf({ principal: user, account: ACCOUNT, accessKeyId: 'AKIABENCH', userName: 'bench' });
  const encrypt = operation(latchkey, 'Encrypt', caller);
  const measured = async (count: number): Promise<number> => {
    await grantContexts(latchkey, key, user.id, count);
    let i = 0;
    return rate(() => {
      const EncryptionContext = { volume: `v${i++ % count}` };
      return encrypt({ KeyId: key.keyId, Plaintext: Buffer.from('x'), EncryptionContext });
    });
  };
  const [few, many] = [await measured(10), await measured(MANY_GRANTS)];
  console.log(
    `Encrypt by one of 10 grants ${perSecond(few)}   of ${MANY_GRANTS.toLocaleString('en')} ${perSecond(many)}   ratio ${(many / few).toFixed(2)}`,
  );
}

/** Grants to one grantee, each for a context of its own. */
async function grantContexts(
  { runtime }: Latchkey,
  key: Pick<KeyRecord, 'account' | 'region' | 'keyId'>,
  grantee: string,
  count: number,
): Promise<void> {
  await runtime.store.transact(async (tx) => {
    for (let i = 0; i < count; i++) {
      const grant: GrantRecord = {
        ...key,
        grantId: String(i).padStart(64, '0'),
        grantee,
        issuingAccount: ACCOUNT,
        operations: ['Encrypt'],
        encryptionContextSubset: { volume: `v${i}` },
        createdAtMs: 0,
        effectiveAtMs: 0,
      };
      tx.put(grants, grant);
    }
    tx.put(grantCounts, { ...key, count });
  });
}

async function manyKeys(latchkey: Latchkey): Promise<void> {
  const list = operation(latchkey, 'ListKeys');
  const { store } = latchkey.runtime;
  const few = await rate(() => list({ Limit: 5 }));
  await store.transact(async (tx) => {
    const [template] = (await tx.list(keys, { limit: 1 })) as [KeyRecord];
    for (let i = 0; i < MANY_KEYS; i++) {
      tx.put(keys, { ...template, keyId: `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000` });
    }
  });
  const many = await rate(() => list({ Limit: 5 }));
  const { KeyMetadata } = await operation(latchkey, 'CreateKey')({ MultiRegion: true });
  const from = performance.now();
  await operation(
    latchkey,
    'ReplicateKey',
  )({ KeyId: KeyMetadata?.KeyId as string, ReplicaRegion: 'eu-west-1' });
  console.log(
    `ListKeys of few keys        ${perSecond(few)}   of ${MANY_KEYS.toLocaleString('en')} ${perSecond(many)}   ratio ${(many / few).toFixed(2)}; ReplicateKey then ${(performance.now() - from).toFixed(1)} ms`,
  );
}
