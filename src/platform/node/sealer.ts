/** Keeps secrets at rest under a root key that can be rotated. */
import { join } from 'node:path';
import type { Entropy, Sealer } from '../ports.ts';
import { decrypt, encrypt } from './authenticated-encryption.ts';
import { newRootKey, type RootKey, RootKeyError, RootKeyFile } from './root-key-file.ts';

export { RootKeyError } from './root-key-file.ts';

/** Sealed text cannot be opened; the message says why and contains nothing of it. */
export class SealError extends Error {}

/**
 * A sealer whose root key can be replaced: `rotate`, then `reseal` everything that is stored, then `dropSuperseded`.
 * A crash in between loses nothing: older keys are held until they are dropped.
 */
export interface RekeyableSealer extends Sealer {
  /** Makes a new root key the current one, durably before anything is sealed under it. */
  rotate(): void;
  /** The same secret sealed under the current root key; the very same text where it is so already. */
  reseal(sealed: string, context: string): string;
  /** Forgets all root keys but the current one: what is still sealed under them can never be opened again. */
  dropSuperseded(): void;
}

export interface SealerOptions {
  /** The data directory; the root keys are in its file `root.key`. Only the holder of the store's lock may open it. */
  readonly directory: string;
  readonly entropy: Entropy;
  /** Protects the root keys within the file. Given once, it is asked for ever after. */
  readonly passphrase?: string;
  /** Something is kept in the directory already, so that a root key that is missing is not to be replaced by another. */
  readonly isInUse?: boolean;
}

/** Opens the root keys of a data directory, or makes the first. Throws a RootKeyError for a wrong passphrase or a damaged file. */
export function openSealer({ directory, entropy, passphrase, isInUse }: SealerOptions): RekeyableSealer {
  const file = new RootKeyFile(join(directory, 'root.key'), entropy, passphrase);
  const held = file.read();
  if (held === undefined && isInUse) {
    throw new RootKeyError(
      `root.key is missing in ${directory}, and what is kept there cannot be opened without it. Put it back from a copy`,
    );
  }
  const keys = held ?? [newRootKey(entropy)];
  if (held === undefined) file.write(keys);
  return new RootKeySealer(keys, entropy, (next) => file.write(next));
}

/** A sealer that ends with the process. */
export function openEphemeralSealer({ entropy }: { readonly entropy: Entropy }): RekeyableSealer {
  return new RootKeySealer([newRootKey(entropy)], entropy, () => {});
}

/** `<version of the root key>.<base64url of nonce, ciphertext and tag>` */
const SEALED = /^([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

class RootKeySealer implements RekeyableSealer {
  readonly #entropy: Entropy;
  readonly #keep: (keys: readonly RootKey[]) => void;
  #keys: readonly RootKey[];

  /** `keep` makes a changed set of keys durable. */
  constructor(keys: readonly RootKey[], entropy: Entropy, keep: (keys: readonly RootKey[]) => void) {
    this.#keys = keys;
    this.#entropy = entropy;
    this.#keep = keep;
  }

  seal(plaintext: Uint8Array, context: string): string {
    const { version, key } = this.#current;
    const bytes = encrypt(key, plaintext, boundContext(version, context), this.#entropy);
    return `${version}.${bytes.toString('base64url')}`;
  }

  open(sealed: string, context: string): Buffer {
    const [, version, text] = SEALED.exec(sealed) ?? [];
    if (version === undefined || text === undefined) throw new SealError('this is no sealed text');
    const held = this.#keys.find((key) => key.version === version);
    if (held === undefined)
      throw new SealError(`this is sealed under root key ${version}, which is not held`);
    const plaintext = decrypt(held.key, Buffer.from(text, 'base64url'), boundContext(version, context));
    if (plaintext === undefined) throw new SealError('the sealed text was changed, or is of another context');
    return plaintext;
  }

  rotate(): void {
    let next: RootKey;
    do next = newRootKey(this.#entropy);
    while (this.#keys.some((key) => key.version === next.version));
    this.#replace([...this.#keys, next]);
  }

  reseal(sealed: string, context: string): string {
    if (sealed.startsWith(`${this.#current.version}.`)) return sealed;
    const plaintext = this.open(sealed, context);
    try {
      return this.seal(plaintext, context);
    } finally {
      plaintext.fill(0);
    }
  }

  dropSuperseded(): void {
    if (this.#keys.length > 1) this.#replace([this.#current]);
  }

  get #current(): RootKey {
    return this.#keys.at(-1) as RootKey;
  }

  #replace(keys: readonly RootKey[]): void {
    this.#keep(keys);
    this.#keys = keys;
  }
}

/** The version has a fixed width, so no two pairs read alike. */
function boundContext(version: string, context: string): string {
  return `latchkey sealed ${version} ${context}`;
}
