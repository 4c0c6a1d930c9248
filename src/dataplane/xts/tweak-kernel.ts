/** The multiplication of tweaks in GF(2^128), as WebAssembly. */
import {
  assembleModule,
  branchIf,
  type Code,
  I32,
  i8x16Shuffle,
  i32Add,
  i32Const,
  i32Sub,
  i32x4ShiftRightSigned,
  i32x4Splat,
  i64x2ShiftLeft,
  localGet,
  localSet,
  localTee,
  loop,
  V128,
  v128And,
  v128Const,
  v128Load,
  v128Store,
  v128Xor,
  type WasmFunction,
} from './wasm-assembler.ts';

/** Bytes of an AES block, and of a tweak. */
export const BLOCK_BYTES = 16;

/**
 * The two steps of XTS around the block cipher, on the kernel's own memory and for units of one size. Arguments are
 * byte offsets into the memory, or counts of at least one.
 */
export interface TweakKernel {
  readonly memory: ArrayBuffer;
  /**
   * Expands the `units` tweaks at `tweaks` to one per block at `expanded` (each the double of the one before, in
   * GF(2^128)), and adds them to the blocks at `data`.
   */
  expandAndAdd(data: number, tweaks: number, expanded: number, units: number): void;
  /** Adds the expanded tweaks to the blocks of the `units` units at `data`. */
  add(data: number, expanded: number, units: number): void;
}

/** The reduction polynomial of GF(2^128) in XTS, little-endian: x^128 = x^7 + x^2 + x + 1. */
const POLYNOMIAL = 0x87;

/** Units whose tweaks are doubled side by side: each doubling waits for the last, so one chain alone idles the core. */
const LANES = 4;

const advance = (local: number, bytes: number) => [localGet(local), i32Const(bytes), i32Add, localSet(local)];
const countDown = (local: number) => [localGet(local), i32Const(1), i32Sub, localTee(local)];

/**
 * Handles `lanes` units in each round, for `rounds` rounds. `allBits` is -1: a constant that the compiler knows would be
 * made anew for every block, at nearly half the rate; one that it cannot know stays in a register.
 */
function expandAndAddFunction(name: string, unitBytes: number, lanes: number): WasmFunction {
  const [data, tweaks, expanded, rounds, allBits, blocksLeft, reduction, firstTweak] = [
    0, 1, 2, 3, 4, 5, 6, 7,
  ];
  const eachLane = (write: (tweak: number, lane: number) => Code[]) =>
    Array.from({ length: lanes }, (_, lane) => write(firstTweak + lane, lane)).flat();
  const load = (tweak: number, lane: number) => [
    ...[localGet(tweaks), v128Load(lane * BLOCK_BYTES), localSet(tweak)],
  ];
  const keep = (tweak: number, lane: number) => [
    ...[localGet(expanded), localGet(tweak), v128Store(lane * unitBytes)],
  ];
  const add = (tweak: number, lane: number) => [
    ...[localGet(data), localGet(data), v128Load(lane * unitBytes)],
    ...[localGet(tweak), v128Xor, v128Store(lane * unitBytes)],
  ];
  const double = (tweak: number) => [
    ...[localGet(tweak), i32Const(1), i64x2ShiftLeft],
    // The carries: the top bit of the low half enters the high half, that of the high half comes back reduced.
    ...[localGet(tweak), i32Const(31), i32x4ShiftRightSigned, localTee(tweak), localGet(tweak)],
    i8x16Shuffle([12, 13, 14, 15, 12, 13, 14, 15, 4, 5, 6, 7, 4, 5, 6, 7]),
    ...[localGet(reduction), v128And, v128Xor, localSet(tweak)],
  ];
  const restOfRound = (lanes - 1) * unitBytes;
  return {
    name,
    parameters: [I32, I32, I32, I32, I32],
    locals: [I32, V128, ...Array.from({ length: lanes }, () => V128)],
    body: [
      ...[localGet(allBits), i32x4Splat],
      v128Const([POLYNOMIAL, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
      ...[v128And, localSet(reduction)],
      loop(
        ...[...eachLane(load), i32Const(unitBytes / BLOCK_BYTES), localSet(blocksLeft)],
        loop(
          ...[...eachLane(keep), ...eachLane(add), ...eachLane(double)],
          ...[...advance(data, BLOCK_BYTES), ...advance(expanded, BLOCK_BYTES)],
          ...[...countDown(blocksLeft), branchIf(0)],
        ),
        ...[...advance(data, restOfRound), ...advance(expanded, restOfRound)],
        ...[...advance(tweaks, lanes * BLOCK_BYTES), ...countDown(rounds), branchIf(0)],
      ),
    ],
  };
}

/** Handles eight blocks in each round; `rounds` is a parameter. */
function addFunction(): WasmFunction {
  const [data, expanded, rounds] = [0, 1, 2];
  const blocks = Array.from({ length: ADD_BLOCKS }, (_, block) => [
    ...[localGet(data), localGet(data), v128Load(block * BLOCK_BYTES)],
    ...[localGet(expanded), v128Load(block * BLOCK_BYTES), v128Xor, v128Store(block * BLOCK_BYTES)],
  ]);
  const bytes = ADD_BLOCKS * BLOCK_BYTES;
  return {
    name: 'add',
    parameters: [I32, I32, I32],
    locals: [],
    body: [
      loop(
        ...blocks.flat(),
        ...[...advance(data, bytes), ...advance(expanded, bytes), ...countDown(rounds), branchIf(0)],
      ),
    ],
  };
}

const ADD_BLOCKS = 8;

/** The part used here; the type comes with browser libraries only. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

interface SimdExports {
  memory: { buffer: ArrayBuffer };
  expandOne(data: number, tweaks: number, expanded: number, rounds: number, allBits: -1): void;
  expandLanes(data: number, tweaks: number, expanded: number, rounds: number, allBits: -1): void;
  add(data: number, expanded: number, rounds: number): void;
}

/** The kernel in WebAssembly SIMD: about ten times the plain one. Throws where WebAssembly is switched off. */
export function createSimdKernel(memoryBytes: number, unitBytes: number): TweakKernel {
  const functions = [
    expandAndAddFunction('expandOne', unitBytes, 1),
    expandAndAddFunction('expandLanes', unitBytes, LANES),
    addFunction(),
  ];
  const module = new WebAssembly.Module(assembleModule(functions, Math.ceil(memoryBytes / 65536)));
  const simd = new WebAssembly.Instance(module).exports as SimdExports;
  return {
    memory: simd.memory.buffer,
    expandAndAdd(data, tweaks, expanded, units) {
      const rounds = Math.floor(units / LANES);
      if (rounds > 0) simd.expandLanes(data, tweaks, expanded, rounds, -1);
      const done = rounds * LANES;
      if (done === units) return;
      const at = done * unitBytes;
      simd.expandOne(data + at, tweaks + done * BLOCK_BYTES, expanded + at, units - done, -1);
    },
    add(data, expanded, units) {
      simd.add(data, expanded, (units * unitBytes) / (ADD_BLOCKS * BLOCK_BYTES));
    },
  };
}

/** The kernel in JavaScript, for a runtime without WebAssembly (`--jitless`). */
export function createPlainKernel(memoryBytes: number, unitBytes: number): TweakKernel {
  const words = new Int32Array(Math.ceil(memoryBytes / 4));
  const blocksPerUnit = unitBytes / BLOCK_BYTES;
  const word = (byteOffset: number) => byteOffset >>> 2;
  const xorWords = (at: number, from: number, count: number) => {
    for (let i = 0; i < count; i++) words[at + i] = (words[at + i] as number) ^ (words[from + i] as number);
  };
  return {
    memory: words.buffer,
    expandAndAdd(data, tweaks, expanded, units) {
      for (let unit = 0, at = word(expanded); unit < units; unit++) {
        let [a, b, c, d] = words.subarray(word(tweaks) + 4 * unit) as unknown as [
          number,
          number,
          number,
          number,
        ];
        for (let block = 0; block < blocksPerUnit; block++, at += 4) {
          words[at] = a;
          words[at + 1] = b;
          words[at + 2] = c;
          words[at + 3] = d;
          const carry = (d >> 31) & POLYNOMIAL;
          d = (d << 1) | (c >>> 31);
          c = (c << 1) | (b >>> 31);
          b = (b << 1) | (a >>> 31);
          a = (a << 1) ^ carry;
        }
      }
      xorWords(word(data), word(expanded), 4 * blocksPerUnit * units);
    },
    add(data, expanded, units) {
      xorWords(word(data), word(expanded), 4 * blocksPerUnit * units);
    },
  };
}

/** The fastest kernel that this runtime can run. */
export function createTweakKernel(memoryBytes: number, unitBytes: number): TweakKernel {
  try {
    return createSimdKernel(memoryBytes, unitBytes);
  } catch {
    return createPlainKernel(memoryBytes, unitBytes);
  }
}
