/**
 * KMS operations through the front door (authorized, audited, committed in memory, no wire), beside the bare
 * node:crypto work of the same operation in the same run.
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
import type { Latchkey } from '../src/latchkey.ts';
import type { KmsOperations } from '../src/shapes/generated/kms.ts';
import { operationOf } from './front-door.ts';

const MEASURE_MS = 1000;
const ROUNDS = 3;

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
  const operation = operationOf(latchkey, 'kms');
  const create = operation('CreateKey');
  const newKey = async (input: KmsOperations['CreateKey']['input']) =>
    (await create(input)).KeyMetadata?.KeyId as string;
  const message = Buffer.alloc(256, 1);
  const EncryptionContext = { purpose: 'bench' };
  const KeyId = await newKey({});
  const encrypt = operation('Encrypt');
  const generateDataKey = operation('GenerateDataKey');
  const mac = operation('GenerateMac');
  const macKey = await newKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const secret = createSecretKey(Buffer.alloc(32, 1));
  const signing = async (
    KeySpec: 'ECC_NIST_P256' | 'RSA_2048',
    SigningAlgorithm: 'ECDSA_SHA_256' | 'RSASSA_PSS_SHA_256',
  ) => {
    const signer = operation('Sign');
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
  } finally {
    await latchkey.close();
  }
}
