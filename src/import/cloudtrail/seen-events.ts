/**
 * Which event ids were seen lately. CloudTrail delivers a record twice within minutes or in neighbouring files, so two
 * generations of fingerprints are enough, and memory stays the same however many records come.
 */
const SLOTS = 1 << 21;
const MAX_FILLED = SLOTS / 2;

/** 53 bits of the id: of a million ids, two are alike with a chance of about one in eighteen thousand. */
function fingerprint(id: string): number {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ (code + at), 0x85ebca6b) ^ (low >>> 13);
  }
  return ((high >>> 0) & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0) + 1;
}

class Generation {
  readonly #slots = new Float64Array(SLOTS);
  filled = 0;

  has(print: number): boolean {
    for (let at = print % SLOTS; ; at = (at + 1) % SLOTS) {
      const slot = this.#slots[at];
      if (slot === print) return true;
      if (slot === 0) return false;
    }
  }

  add(print: number): void {
    let at = print % SLOTS;
    while (this.#slots[at] !== 0) at = (at + 1) % SLOTS;
    this.#slots[at] = print;
    this.filled++;
  }
}

export class SeenEvents {
  #young = new Generation();
  #old: Generation | undefined;

  /** Whether the id was seen; it is from now on. Records without an id are never taken for one another. */
  has(id: string): boolean {
    if (id === '') return false;
    const print = fingerprint(id);
    if (this.#young.has(print) || this.#old?.has(print)) return true;
    if (this.#young.filled >= MAX_FILLED) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(print);
    return false;
  }
}
