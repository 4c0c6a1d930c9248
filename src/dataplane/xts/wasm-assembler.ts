/**
 * Just enough of a WebAssembly assembler to write down the tweak kernels: instructions are arrays of bytes, so a
 * function body reads like the text format and needs no build tool.
 * Source: WebAssembly core specification 2.0, binary format.
 */
export type Code = readonly number[];

export const I32 = 0x7f;
export const V128 = 0x7b;

const BLOCK_WITHOUT_RESULT = 0x40;
const END = 0x0b;

function unsignedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const simd = (opcode: number): Code => [0xfd, ...unsignedLeb128(opcode)];
/** No promise about alignment, and a constant added to the address. */
const memoryArgument = (offset: number): Code => [0, ...unsignedLeb128(offset)];

export const localGet = (index: number): Code => [0x20, index];
export const localSet = (index: number): Code => [0x21, index];
export const localTee = (index: number): Code => [0x22, index];
export const i32Const = (value: number): Code => [0x41, ...signedLeb128(value)];
export const i32Add: Code = [0x6a];
export const i32Sub: Code = [0x6b];
export const branchIf = (depth: number): Code => [0x0d, depth];
export const loop = (...body: Code[]): Code => [0x03, BLOCK_WITHOUT_RESULT, ...body.flat(), END];
export const v128Load = (offset: number): Code => [...simd(0x00), ...memoryArgument(offset)];
export const v128Store = (offset: number): Code => [...simd(0x0b), ...memoryArgument(offset)];
export const i32x4Splat: Code = simd(0x11);
export const v128And: Code = simd(0x4e);
export const v128Xor: Code = simd(0x51);
export const i32x4ShiftRightSigned: Code = simd(0xac);
export const i64x2ShiftLeft: Code = simd(0xcb);
export const v128Const = (bytes: readonly number[]): Code => [...simd(0x0c), ...bytes];
/** Picks 16 bytes out of two vectors by index. */
export const i8x16Shuffle = (lanes: readonly number[]): Code => [...simd(0x0d), ...lanes];

/** A function without results; `locals` are declared after the parameters. */
export interface WasmFunction {
  name: string;
  parameters: readonly number[];
  locals: readonly number[];
  body: readonly Code[];
}

const text = (value: string): number[] => [...unsignedLeb128(value.length), ...Buffer.from(value, 'latin1')];
const vector = (items: readonly Code[]): number[] => [...unsignedLeb128(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): number[] => {
  const content = vector(items);
  return [id, ...unsignedLeb128(content.length), ...content];
};

/** A module that exports `functions` by name and its own memory, of a fixed size in 64-KiB pages, as `memory`. */
export function assembleModule(
  functions: readonly WasmFunction[],
  memoryPages: number,
): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...vector(parameters.map((type) => [type])), 0]);
  const memory = [0x01, ...unsignedLeb128(memoryPages), ...unsignedLeb128(memoryPages)];
  const exports = functions.map(({ name }, index) => [...text(name), 0x00, index]);
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, type])), ...body.flat(), END];
    return [...unsignedLeb128(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => [index]),
    ),
    ...section(5, [memory]),
    ...section(7, [[...text('memory'), 0x02, 0], ...exports]),
    ...section(10, bodies),
  ]);
}
