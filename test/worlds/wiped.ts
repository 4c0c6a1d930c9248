/**
 * Watches secrets on their way through a server in this process: the buffers that held them, so that a test can see that
 * each is zero once the work is done; and what was in the buffers that were wiped.
 */
import type { TestContext } from 'node:test';
import type { TestServer } from './server.ts';

interface Held {
  readonly what: string;
  readonly bytes: Uint8Array;
}

export interface SecretWatch {
  /** What still holds a secret: buffers opened or sealed as key material, and plaintexts that KMS gave to services. */
  unwiped(): readonly string[];
  /** How many were watched: a watch that sees nothing proves nothing. */
  readonly seen: number;
}

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);

/** Replies that carry plaintext to whoever called. */
const PLAIN_MEMBERS = ['Plaintext', 'PrivateKeyPlaintext', 'SharedSecret'];

export function watchSecrets({ latchkey }: TestServer): SecretWatch {
  const held: Held[] = [];
  const { runtime } = latchkey;
  const { sealer } = runtime.ports;
  const isMaterial = (context: string) => context.startsWith('kms.material:');
  const open = sealer.open.bind(sealer);
  const seal = sealer.seal.bind(sealer);
  sealer.open = (sealed, context) => {
    const bytes = open(sealed, context);
    if (isMaterial(context)) held.push({ what: `opened ${context}`, bytes });
    return bytes;
  };
  sealer.seal = (bytes, context) => {
    if (isMaterial(context)) held.push({ what: `sealed ${context}`, bytes });
    return seal(bytes, context);
  };
  const invoke = runtime.invoke;
  (runtime as { invoke: typeof invoke }).invoke = async (invocation) => {
    const reply = await invoke(invocation);
    const { caller, operation } = invocation;
    // What an external caller asks for is sent to it.
    if (caller.kind === 'external') return reply;
    for (const name of PLAIN_MEMBERS) {
      const bytes = (reply as Record<string, unknown>)[name];
      const what = `${name} of ${operation.name} for a ${caller.kind} caller`;
      if (bytes instanceof Uint8Array) held.push({ what, bytes });
    }
    return reply;
  };
  return {
    // A buffer that was handed to a worker thread has no bytes left here.
    unwiped: () => held.filter(({ bytes }) => !isZero(bytes)).map(({ what }) => what),
    get seen() {
      return held.length;
    },
  };
}

/** A data key is as large at most; blocks of volumes and work buffers are larger. */
const MAX_SECRET_BYTES = 8192;

/** Keeps what is in arrays of this process that are filled with zeros, until the test ends. */
export function recordWipes(
  t: Pick<TestContext, 'after'>,
  maxBytes = MAX_SECRET_BYTES,
): {
  wiped(secret: Uint8Array): boolean;
  all(): readonly Buffer[];
} {
  const contents: Buffer[] = [];
  const restore: (() => void)[] = [];
  for (const prototype of [Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, Buffer.prototype]) {
    const fill = prototype.fill as (this: Uint8Array, ...args: unknown[]) => Uint8Array;
    const spied = function (this: Uint8Array, ...args: unknown[]) {
      if (args[0] === 0 && args.length === 1 && this.byteLength > 0 && this.byteLength <= maxBytes) {
        const bytes = Buffer.from(this.buffer, this.byteOffset, this.byteLength);
        if (!isZero(bytes)) contents.push(Buffer.from(bytes));
      }
      return fill.apply(this, args);
    };
    (prototype as { fill: unknown }).fill = spied;
    restore.push(() => {
      (prototype as { fill: unknown }).fill = fill;
    });
  }
  t.after(() => {
    for (const undo of restore) undo();
  });
  return {
    wiped: (secret) => contents.some((each) => each.equals(secret)),
    all: () => contents,
  };
}
