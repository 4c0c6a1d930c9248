/**
 * QR codes of text, of the lowest level of error correction (ISO/IEC 18004, "QR Code bar code symbology specification"):
 * versions 1 to 13, as many as 425 bytes.
 */
import { errorCorrection } from './reed-solomon.ts';

/** Of each version: codewords of error correction in a block, and blocks (table 9 of the standard, level L). */
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4];

/** Every other module is turned round: of all masks the simplest, and readers take any. */
const MASK = 0;
const LEVEL_L = 1;

/** The modules of a symbol, row by row: true where it is dark. */
export function qrCode(text: string): boolean[][] {
  const bytes = Buffer.from(text);
  const version = BLOCKS.findIndex((_each, index) => bytes.length <= capacity(index + 1)) + 1;
  if (version === 0) throw new Error(`${bytes.length} bytes are too many for a QR code`);
  const symbol = new QrSymbol(version);
  symbol.drawPatterns();
  symbol.drawCodewords(interleaved(codewords(bytes, version), version));
  return symbol.modules;
}

const capacity = (version: number) => dataCodewords(version) - (version < 10 ? 2 : 3);

function allCodewords(version: number): number {
  const alignments = version === 1 ? 0 : Math.floor(version / 7) + 2;
  const ofAlignments = version === 1 ? 0 : (25 * alignments - 10) * alignments - 55;
  const modules = (16 * version + 128) * version + 64 - ofAlignments - (version >= 7 ? 36 : 0);
  return Math.floor(modules / 8);
}

function dataCodewords(version: number): number {
  return allCodewords(version) - CORRECTION[version - 1]! * BLOCKS[version - 1]!;
}

/** The bytes with their mode and length before them, and the padding after them. */
function codewords(bytes: Buffer, version: number): Buffer {
  const length = bytes.length.toString(2).padStart(version < 10 ? 8 : 16, '0');
  const content = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const bits = `0100${length}${content}0000`;
  const made = Buffer.alloc(dataCodewords(version));
  const used = bits.length / 8;
  for (let at = 0; at < used; at += 1) made[at] = Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2);
  for (let at = used; at < made.length; at += 1) made[at] = (at - used) % 2 === 0 ? 0xec : 0x11;
  return made;
}

/** Blocks with their error correction, a codeword of each in turn. */
function interleaved(data: Buffer, version: number): Buffer {
  const correction = CORRECTION[version - 1]!;
  const count = BLOCKS[version - 1]!;
  const short = Math.floor(data.length / count);
  const longer = data.length % count;
  const blocks: Buffer[] = [];
  for (let start = 0; blocks.length < count; ) {
    const length = blocks.length < count - longer ? short : short + 1;
    blocks.push(data.subarray(start, start + length));
    start += length;
  }
  const inTurn = (parts: readonly Buffer[], length: number) =>
    Array.from({ length }, (_each, at) =>
      parts.flatMap((part) => (at < part.length ? part[at]! : [])),
    ).flat();
  const corrections = blocks.map((block) => errorCorrection(block, correction));
  return Buffer.from([...inTurn(blocks, short + 1), ...inTurn(corrections, correction)]);
}

class QrSymbol {
  readonly modules: boolean[][];
  /** Where patterns are, and no codewords. */
  readonly #taken: boolean[][];
  readonly #version: number;
  readonly #size: number;

  constructor(version: number) {
    this.#version = version;
    this.#size = version * 4 + 17;
    const empty = () => Array.from({ length: this.#size }, () => new Array<boolean>(this.#size).fill(false));
    this.modules = empty();
    this.#taken = empty();
  }

  drawPatterns(): void {
    const last = this.#size - 1;
    for (let at = 0; at <= last; at += 1) {
      this.#set(6, at, at % 2 === 0);
      this.#set(at, 6, at % 2 === 0);
    }
    for (const [x, y] of [
      [3, 3],
      [last - 3, 3],
      [3, last - 3],
    ] as const) {
      this.#drawRings(x, y, 4, (ring) => ring !== 2 && ring !== 4);
    }
    const places = alignmentPlaces(this.#version, this.#size);
    const isFinder = (x: number, y: number) =>
      (x === 6 && y === 6) || (x === 6 && y === last - 6) || (x === last - 6 && y === 6);
    for (const x of places) {
      for (const y of places) if (!isFinder(x, y)) this.#drawRings(x, y, 2, (ring) => ring !== 1);
    }
    this.#drawFormat();
    this.#drawVersion();
  }

  /** From the right in columns of two, up and down, past the column of the timing pattern. */
  drawCodewords(all: Buffer): void {
    let bit = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      const isUp = ((right + 1) & 2) === 0;
      for (let step = 0; step < this.#size; step += 1) {
        const y = isUp ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#taken[y]![x]) continue;
          const isDark = bit < all.length * 8 && ((all[bit >> 3]! >> (7 - (bit & 7))) & 1) === 1;
          const isMasked = (x + y) % 2 === 0;
          this.modules[y]![x] = isDark !== isMasked;
          bit += 1;
        }
      }
    }
  }

  #set(x: number, y: number, isDark: boolean): void {
    if (x < 0 || y < 0 || x >= this.#size || y >= this.#size) return;
    this.modules[y]![x] = isDark;
    this.#taken[y]![x] = true;
  }

  #drawRings(centreX: number, centreY: number, radius: number, isDark: (ring: number) => boolean): void {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        this.#set(centreX + dx, centreY + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  }

  /** Twice: around the first finder, and beside the two others. */
  #drawFormat(): void {
    const data = (LEVEL_L << 3) | MASK;
    const bits = ((data << 10) | remainder(data, 10, 0x537)) ^ 0x5412;
    const isDark = (index: number) => ((bits >> index) & 1) === 1;
    const size = this.#size;
    for (let index = 0; index < 15; index += 1) {
      const down = index < 6 ? index : index + 1;
      if (index < 8) this.#set(8, down, isDark(index));
      else this.#set(index === 8 ? 7 : 14 - index, 8, isDark(index));
      if (index < 8) this.#set(size - 1 - index, 8, isDark(index));
      else this.#set(8, size - 15 + index, isDark(index));
    }
    this.#set(8, size - 8, true);
  }

  #drawVersion(): void {
    if (this.#version < 7) return;
    const bits = (this.#version << 12) | remainder(this.#version, 12, 0x1f25);
    for (let index = 0; index < 18; index += 1) {
      const isDark = ((bits >> index) & 1) === 1;
      const far = this.#size - 11 + (index % 3);
      const near = Math.floor(index / 3);
      this.#set(far, near, isDark);
      this.#set(near, far, isDark);
    }
  }
}

/** What is left of a number, shifted so far, by a polynomial of that degree. */
function remainder(data: number, degree: number, polynomial: number): number {
  let left = data;
  for (let step = 0; step < degree; step += 1) left = (left << 1) ^ ((left >> (degree - 1)) * polynomial);
  return left;
}

/** Rows, and columns, of the centres of alignment patterns. */
function alignmentPlaces(version: number, size: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_each, index) => size - 7 - index * step).reverse()];
}
