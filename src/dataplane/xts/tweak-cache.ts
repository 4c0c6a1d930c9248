/** Tweaks of neighbouring units, computed together and kept. */
import type { RawAes } from './raw-aes.ts';
import { BLOCK_BYTES } from './tweak-kernel.ts';

const WORDS_PER_TWEAK = BLOCK_BYTES / 4;

/** Neighbours whose tweaks are made together: hardly dearer than one alone, since it is the call that costs. */
const UNITS_PER_LINE = 64;

/** With units of 4 KiB, enough to keep the tweaks of 256 MiB at hand, in one MiB. */
const LINES = 1024;

/**
 * The first tweak of each unit used lately: its number, encrypted under the tweak key. They are as secret as the key,
 * and go with it.
 */
export class TweakCache {
  readonly #aes: RawAes;
  readonly #tweaks = new Uint32Array(LINES * UNITS_PER_LINE * WORDS_PER_TWEAK);
  /** Which line of the volume lies here; -1: none. */
  readonly #lines = new Float64Array(LINES).fill(-1);
  readonly #numbers = new Uint32Array(UNITS_PER_LINE * WORDS_PER_TWEAK);

  /** `aes` encrypts under the tweak key. */
  constructor(aes: RawAes) {
    this.#aes = aes;
  }

  /** Puts the tweaks of the first `count` of `units` side by side into `target`. */
  read(units: Float64Array, count: number, target: Uint32Array): void {
    const tweaks = this.#tweaks;
    for (let index = 0, to = 0; index < count; index++) {
      const unit = units[index] as number;
      const line = Math.floor(unit / UNITS_PER_LINE);
      const place = line % LINES;
      if (this.#lines[place] !== line) this.#fill(place, line);
      let from = (place * UNITS_PER_LINE + (unit % UNITS_PER_LINE)) * WORDS_PER_TWEAK;
      for (const end = to + WORDS_PER_TWEAK; to < end; to++, from++) target[to] = tweaks[from] as number;
    }
  }

  /** For good: the cipher that made them is finished. */
  wipe(): void {
    this.#tweaks.fill(0);
  }

  #fill(place: number, line: number): void {
    for (let index = 0; index < UNITS_PER_LINE; index++) {
      const unit = line * UNITS_PER_LINE + index;
      this.#numbers[WORDS_PER_TWEAK * index] = unit >>> 0;
      this.#numbers[WORDS_PER_TWEAK * index + 1] = unit / 2 ** 32;
    }
    const output = this.#aes.update(new Uint8Array(this.#numbers.buffer));
    const bytes = new Uint8Array(this.#tweaks.buffer);
    bytes.set(output, place * UNITS_PER_LINE * BLOCK_BYTES);
    output.fill(0);
    this.#lines[place] = line;
  }
}
