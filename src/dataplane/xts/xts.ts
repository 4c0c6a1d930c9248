/** AES-256-XTS over units of a volume. */
import { createRawAes, type RawAes } from './raw-aes.ts';
import { TweakCache } from './tweak-cache.ts';
import { BLOCK_BYTES, createTweakKernel, type TweakKernel } from './tweak-kernel.ts';

/** A data key of AES-256-XTS: 32 bytes for the data, 32 for the tweaks. */
export const XTS_KEY_BYTES = 64;

/** Large enough to bury the cost of calls into cipher and file, small enough that data, tweaks and output stay in L2. */
const WORK_BYTES = 128 * 1024;

/**
 * The memory in which a thread encrypts and decrypts, shared by all its volumes: callers put units into `data`, name
 * them with `label`, and find the result in the same place.
 */
export class XtsWorkspace {
  readonly unitBytes: number;
  /** How many units `data` holds. */
  readonly capacity: number;
  readonly data: Uint8Array;
  readonly kernel: TweakKernel;
  readonly #units: Float64Array;
  readonly #tweaks: Uint32Array;

  constructor(unitBytes: number, createKernel = createTweakKernel) {
    this.unitBytes = unitBytes;
    this.capacity = WORK_BYTES / unitBytes;
    this.kernel = createKernel(2 * WORK_BYTES + this.capacity * BLOCK_BYTES, unitBytes);
    this.data = new Uint8Array(this.kernel.memory, 0, WORK_BYTES);
    this.#tweaks = new Uint32Array(this.kernel.memory, 2 * WORK_BYTES, this.capacity * (BLOCK_BYTES / 4));
    this.#units = new Float64Array(this.capacity);
  }

  /** Says that the units from `index` on in `data` are those from `firstUnit` on in the volume. */
  label(index: number, firstUnit: number, count: number): void {
    for (let i = 0; i < count; i++) this.#units[index + i] = firstUnit + i;
  }

  /** Runs the first `units` units through XTS. */
  transform(units: number, tweaks: TweakCache, aes: RawAes): void {
    tweaks.read(this.#units, units, this.#tweaks);
    this.kernel.expandAndAdd(0, 2 * WORK_BYTES, WORK_BYTES, units);
    const output = aes.update(this.data.subarray(0, units * this.unitBytes));
    this.data.set(output);
    // Gives the memory back at once. Left to the garbage collector, the outputs of a busy volume walk through tens of
    // megabytes between collections, and every one of them misses the cache: half the rate.
    (output.buffer as ArrayBuffer).transfer(0);
    this.kernel.add(0, WORK_BYTES, units);
  }

  wipe(): void {
    new Uint8Array(this.kernel.memory).fill(0);
  }
}

/**
 * AES-256-XTS (IEEE 1619) for many units at once: byte for byte node:crypto's `aes-256-xts` with the unit's number as
 * its tweak. That one needs a new cipher object for each unit; this one keeps three for the life of the key.
 */
export class XtsCipher {
  readonly #workspace: XtsWorkspace;
  readonly #tweakCipher: RawAes;
  readonly #tweaks: TweakCache;
  readonly #encryptor: RawAes;
  readonly #decryptor: RawAes;

  /**
   * Takes `key` as raw bytes and not as a KeyObject: OpenSSL's copy is then cleared as soon as the cipher stands, and the
   * one that remains, the cipher's own, goes in `wipe`; a KeyObject would keep the key until the garbage collector
   * comes by. The caller still owns `key`, and clears it.
   */
  constructor(key: Uint8Array, workspace: XtsWorkspace) {
    const dataKey = key.subarray(0, XTS_KEY_BYTES / 2);
    const tweakKey = key.subarray(XTS_KEY_BYTES / 2);
    this.#workspace = workspace;
    this.#tweakCipher = createRawAes(tweakKey, 'encrypt');
    this.#tweaks = new TweakCache(this.#tweakCipher);
    this.#encryptor = createRawAes(dataKey, 'encrypt');
    this.#decryptor = createRawAes(dataKey, 'decrypt');
  }

  /** Encrypts the first `units` units of the workspace where they lie. */
  encrypt(units: number): void {
    this.#workspace.transform(units, this.#tweaks, this.#encryptor);
  }

  /** Decrypts the first `units` units of the workspace where they lie. */
  decrypt(units: number): void {
    this.#workspace.transform(units, this.#tweaks, this.#decryptor);
  }

  /** Clears the key schedules (OpenSSL cleanses a cipher when it is finished) and the data worked on. */
  wipe(): void {
    for (const cipher of [this.#tweakCipher, this.#encryptor, this.#decryptor]) cipher.final();
    this.#tweaks.wipe();
    this.#workspace.wipe();
  }
}
