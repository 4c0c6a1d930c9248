/** The QR code of a virtual MFA device. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { CreateVirtualMFADeviceCommand, IAMClient } from '@aws-sdk/client-iam';
import decodeQR from 'qr/decode.js';
import { ACCOUNT } from '../worlds/account.ts';
import { refusal, startServerFor } from '../worlds/server.ts';

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

/** As an app does that sees the picture. */
function read(png: Buffer): string {
  const pixels = pixelsOf(png);
  const data = pixels.flat().flatMap((isDark) => (isDark ? [0, 0, 0, 255] : [255, 255, 255, 255]));
  return decodeQR({ width: pixels.length, height: pixels.length, data: Uint8Array.from(data) });
}

for (const name of ['phone', 'a'.repeat(60), 'b'.repeat(226)]) {
  test(`an app reads the seed of a device with a name of ${name.length} characters`, async (t) => {
    const server = await startServerFor(t);
    const { VirtualMFADevice: device } = await server
      .client(IAMClient)
      .send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: name }));
    const seed = Buffer.from(device!.Base32StringSeed!).toString();
    assert.equal(read(Buffer.from(device!.QRCodePNG!)), `otpauth://totp/${name}@${ACCOUNT}?secret=${seed}`);
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
