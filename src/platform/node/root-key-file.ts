/** The root keys: in a file of mode 0600, or sealed under a passphrase. */
import { createSecretKey, type KeyObject, scryptSync } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Entropy } from '../ports.ts';
import { decrypt, encrypt } from './authenticated-encryption.ts';
import { makePrivateDirectory } from './private-file.ts';

export interface RootKey {
  /** Names the key in what is sealed under it: eight random hexadecimal digits. */
  readonly version: string;
  readonly key: KeyObject;
}

/** Something is wrong with the root key file or the passphrase; the message is fit for the user and holds no secret. */
export class RootKeyError extends Error {}

/** OWASP's scrypt parameters with 64 MiB: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const SCRYPT: ScryptCost = { cost: 2 ** 16, blockSize: 8, parallelization: 2 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const LAYOUT = 1;

interface ScryptCost {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

interface Contents {
  readonly layout: number;
  /** How the passphrase becomes the key that the root keys are encrypted with; absent where they stand as they are. */
  readonly scrypt?: ScryptCost & { readonly salt: string };
  /** Oldest first; the last is the current one. `key` is base64. */
  readonly keys: readonly { readonly version: string; readonly key: string }[];
}

/**
 * The file that holds the root keys, readable by the owner alone. With a passphrase the keys in it are encrypted under
 * a key that scrypt derives from the passphrase; that they decrypt at all verifies it.
 */
export class RootKeyFile {
  readonly #path: string;
  readonly #entropy: Entropy;
  readonly #passphrase: string | undefined;
  #scrypt: Contents['scrypt'];
  #wrappingKey: KeyObject | undefined;

  constructor(path: string, entropy: Entropy, passphrase: string | undefined) {
    this.#path = path;
    this.#entropy = entropy;
    this.#passphrase = passphrase;
  }

  /** Undefined where there is no file yet. */
  read(): RootKey[] | undefined {
    const contents = this.#contents();
    if (contents === undefined) return undefined;
    chmodSync(this.#path, 0o600);
    if (contents.scrypt !== undefined && this.#passphrase === undefined) {
      throw new RootKeyError(
        `the root key in ${this.#path} is protected by a passphrase, and none was given`,
      );
    }
    if (contents.scrypt === undefined && this.#passphrase !== undefined) {
      throw new RootKeyError(
        `a passphrase was given, but the root key in ${this.#path} is not protected by one`,
      );
    }
    this.#scrypt = contents.scrypt;
    return contents.keys.map(({ version, key }) => {
      const bytes = this.#unwrap(version, Buffer.from(key, 'base64'));
      if (bytes.length !== KEY_BYTES) throw this.#damaged();
      return rootKey(version, bytes);
    });
  }

  /** Replaces the file as a whole, and durably: after a crash the old one is there or the new one. */
  write(keys: readonly RootKey[]): void {
    const wrapped = keys.map(({ version, key }) => ({ version, key: this.#wrap(version, key) }));
    const contents: Contents = { layout: LAYOUT, scrypt: this.#scrypt, keys: wrapped };
    const next = `${this.#path}.next`;
    makePrivateDirectory(dirname(this.#path));
    rmSync(next, { force: true });
    writeFileSync(next, `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    renameSync(next, this.#path);
    syncDirectory(dirname(this.#path));
  }

  #contents(): Contents | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    let contents: Partial<Contents> | null;
    try {
      contents = JSON.parse(text);
    } catch {
      // The parser's message would quote the file.
      throw this.#damaged();
    }
    if (contents?.layout !== undefined && contents.layout !== LAYOUT) {
      throw new RootKeyError(`${this.#path} was written by another version of Latchkey`);
    }
    if (!Array.isArray(contents?.keys) || contents.keys.length === 0) throw this.#damaged();
    return contents as Contents;
  }

  #wrap(version: string, key: KeyObject): string {
    const bytes = key.export();
    const wrappingKey = this.#wrapping();
    const kept = wrappingKey ? encrypt(wrappingKey, bytes, wrappingContext(version), this.#entropy) : bytes;
    const text = kept.toString('base64');
    bytes.fill(0);
    return text;
  }

  #unwrap(version: string, kept: Buffer): Buffer {
    const wrappingKey = this.#wrapping();
    if (wrappingKey === undefined) return kept;
    const bytes = decrypt(wrappingKey, kept, wrappingContext(version));
    if (bytes === undefined)
      throw new RootKeyError(`the passphrase does not open the root key in ${this.#path}`);
    return bytes;
  }

  #wrapping(): KeyObject | undefined {
    if (this.#passphrase === undefined || this.#wrappingKey !== undefined) return this.#wrappingKey;
    this.#scrypt ??= { ...SCRYPT, salt: this.#entropy.bytes(SALT_BYTES).toString('base64') };
    this.#wrappingKey = derivedKey(this.#passphrase, this.#scrypt);
    return this.#wrappingKey;
  }

  #damaged(): RootKeyError {
    return new RootKeyError(`${this.#path} is damaged: it does not hold root keys`);
  }
}

export function newRootKey(entropy: Entropy): RootKey {
  return rootKey(entropy.bytes(4).toString('hex'), entropy.bytes(KEY_BYTES));
}

function rootKey(version: string, bytes: Buffer): RootKey {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { version, key };
}

function wrappingContext(version: string): string {
  return `latchkey root key ${version}`;
}

function derivedKey(passphrase: string, { salt, ...scrypt }: ScryptCost & { salt: string }): KeyObject {
  // One passphrase, however the keyboard composes its accents.
  const secret = passphrase.normalize('NFC');
  // What the algorithm needs, and a little above it.
  const maxmem = 128 * scrypt.cost * scrypt.blockSize + 2 ** 20;
  const bytes = scryptSync(secret, Buffer.from(salt, 'base64'), KEY_BYTES, { ...scrypt, maxmem });
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** A rename is durable only once its directory is. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
