/** A QR code as a PNG image (https://www.w3.org/TR/png-3/), in black and white. */
import { crc32, deflateSync } from 'node:zlib';
import { qrCode } from './qr-code.ts';

const PIXELS = 6;
/** As wide a margin as the standard asks for. */
const MARGIN = 4;

export function qrCodePng(text: string): Buffer {
  const modules = qrCode(text);
  const width = (modules.length + 2 * MARGIN) * PIXELS;
  const moduleAt = (pixel: number) => Math.floor(pixel / PIXELS) - MARGIN;
  const rows = Array.from({ length: width }, (_row, y) => {
    // The first byte of a row says that it is not filtered.
    const row = Buffer.alloc(1 + Math.ceil(width / 8));
    for (let x = 0; x < width; x += 1) {
      const isWhite = !modules[moduleAt(y)]?.[moduleAt(x)];
      if (isWhite) row[1 + (x >> 3)]! |= 0x80 >> (x & 7);
    }
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const made = Buffer.alloc(body.length + 8);
  made.writeUInt32BE(data.length, 0);
  body.copy(made, 4);
  made.writeUInt32BE(crc32(body), body.length + 4);
  return made;
}
