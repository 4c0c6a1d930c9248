/** The QR code of a virtual MFA device, read by a reader that knows the standard's tables alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { CreateVirtualMFADeviceCommand, IAMClient } from '@aws-sdk/client-iam';
import { ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

/** ISO/IEC 18004, annex C and D: bits as they are printed there, and the centres of alignment patterns (annex E). */
const FORMAT_OF_L0 = '111011111000100';
const VERSIONS: Readonly<
  Record<number, { info?: string; places: number[]; correction: number; blocks: number[] }>
> = {
  5: { places: [6, 30], correction: 26, blocks: [108] },
  8: { info: '001000010110111100', places: [6, 24, 42], correction: 24, blocks: [97, 97] },
  12: { info: '001100011101100010', places: [6, 32, 58], correction: 24, blocks: [92, 92, 93, 93] },
};

/** Dark pixels, row by row. */
function pixelsOf(png: Buffer): boolean[][] {
  assert.deepEqual([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const end = at + 8 + length;
    assert.equal(crc32(png.subarray(at + 4, end)), png.readUInt32BE(end));
    chunks[png.toString('latin1', at + 4, at + 8)] = png.subarray(at + 8, end);
    at = end + 4;
  }
  const header = chunks.IHDR!;
  const width = header.readUInt32BE(0);
  assert.equal(header.readUInt32BE(4), width);
  assert.deepEqual([...header.subarray(8)], [1, 0, 0, 0, 0]);
  const rows = inflateSync(chunks.IDAT!);
  const stride = 1 + Math.ceil(width / 8);
  assert.equal(rows.length, stride * width);
  return Array.from({ length: width }, (_row, y) =>
    Array.from({ length: width }, (_pixel, x) => ((rows[y * stride + 1 + (x >> 3)]! << (x & 7)) & 128) === 0),
  );
}

/** The first dark row begins with the seven modules of a finder. */
function modulesOf(pixels: readonly boolean[][]): boolean[][] {
  const margin = pixels.findIndex((row) => row.includes(true));
  const scale = pixels[margin]!.indexOf(false, margin) / 7 - margin / 7;
  assert.ok(margin >= 4 * scale);
  const size = (pixels.length - 2 * margin) / scale;
  const middle = (module: number) => margin + module * scale + Math.floor(scale / 2);
  return Array.from({ length: size }, (_row, y) =>
    Array.from({ length: size }, (_module, x) => pixels[middle(y)]![middle(x)]!),
  );
}

function isPattern(x: number, y: number, size: number, version: number, places: readonly number[]): boolean {
  const far = size - 8;
  if (x === 6 || y === 6) return true;
  if ((x <= 8 && y <= 8) || (x >= far && y <= 8) || (x <= 8 && y >= far)) return true;
  if (version >= 7 && ((x >= far - 3 && y < 6) || (y >= far - 3 && x < 6))) return true;
  const near = (at: number) => places.filter((place) => Math.abs(place - at) <= 2);
  const corner = (at: number) => at === 6 || at === size - 7;
  return near(x).some((px) =>
    near(y).some((py) => !(corner(px) && corner(py) && !(px === size - 7 && py === size - 7))),
  );
}

function codewordsOf(modules: readonly boolean[][], version: number, places: readonly number[]): number[] {
  const size = modules.length;
  let bits = '';
  const columns = Array.from({ length: size }, (_each, index) => index).filter((x) => x !== 6);
  for (let pair = 0; pair < columns.length / 2; pair += 1) {
    const right = columns[columns.length - 1 - 2 * pair]!;
    for (let step = 0; step < size; step += 1) {
      const y = pair % 2 === 0 ? size - 1 - step : step;
      for (const x of [right, columns[columns.indexOf(right) - 1]!]) {
        if (!isPattern(x, y, size, version, places))
          bits += modules[y]![x] !== ((x + y) % 2 === 0) ? '1' : '0';
      }
    }
  }
  return bits.match(/[01]{8}/g)!.map((each) => Number.parseInt(each, 2));
}

const POWERS = [1];
while (POWERS.length < 255) {
  const next = POWERS.at(-1)! * 2;
  POWERS.push(next > 255 ? next ^ 285 : next);
}
const times = (one: number, other: number) =>
  one === 0 || other === 0 ? 0 : POWERS[(POWERS.indexOf(one) + POWERS.indexOf(other)) % 255]!;

/** The text, once nothing is found to be corrected. */
function read(png: Buffer): { text: string; version: number } {
  const modules = modulesOf(pixelsOf(png));
  const size = modules.length;
  const version = (size - 17) / 4;
  const { info, places, correction, blocks } = VERSIONS[version]!;
  const bit = (x: number, y: number) => (modules[y]![x] ? '1' : '0');
  const along = [0, 1, 2, 3, 4, 5, 7, 8].map((x) => bit(x, 8)).join('');
  assert.equal(along + [7, 5, 4, 3, 2, 1, 0].map((y) => bit(8, y)).join(''), FORMAT_OF_L0);
  if (info) {
    const shown = [5, 4, 3, 2, 1, 0].flatMap((y) => [9, 10, 11].map((back) => bit(size - back, y))).join('');
    assert.equal(shown, info);
  }
  const all = codewordsOf(modules, version, places);
  const parts: number[][] = blocks.map(() => []);
  for (let at = 0; at < Math.max(...blocks); at += 1) {
    for (const [index, part] of parts.entries()) if (at < blocks[index]!) part.push(all.shift()!);
  }
  const text = parts.flat();
  for (let at = 0; at < correction; at += 1) for (const part of parts) part.push(all.shift()!);
  for (const part of parts) {
    for (const root of POWERS.slice(0, correction)) {
      assert.equal(
        part.reduce((sum, each) => times(sum, root) ^ each, 0),
        0,
      );
    }
  }
  const bits = text.map((each) => each.toString(2).padStart(8, '0')).join('');
  assert.equal(bits.slice(0, 4), '0100');
  const start = version < 10 ? 12 : 20;
  const length = Number.parseInt(bits.slice(4, start), 2);
  const bytes = Array.from({ length }, (_each, at) =>
    Number.parseInt(bits.slice(start + at * 8, start + at * 8 + 8), 2),
  );
  return { text: Buffer.from(bytes).toString(), version };
}

for (const [name, version] of [
  ['phone', 5],
  ['a'.repeat(60), 8],
  ['b'.repeat(226), 12],
] as const) {
  test(`an app reads the seed of a device with a name of ${name.length} characters`, async (t) => {
    const server = await startServerFor(t);
    const { VirtualMFADevice: device } = await server
      .client(IAMClient)
      .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }));
    const seed = Buffer.from(device!.Base32StringSeed!).toString();
    assert.deepEqual(read(Buffer.from(device!.QRCodePNG!)), {
      text: `otpauth://totp/${name}@${ACCOUNT}?secret=${seed}`,
      version,
    });
  });
}

test('a name is no longer than a serial number may be', async (t) => {
  const server = await startServerFor(t);
  const call = server
    .client(IAMClient)
    .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'c'.repeat(227) }));
  const { code, message } = await refusal(call);
  assert.equal(code, 'ValidationError');
  assert.match(message, /length less than or equal to 256$/);
});
