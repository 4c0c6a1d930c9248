/** A QR code as a PNG image (https://www.w3.org/TR/png-3/), in black and white. */
import { crc32, deflateSync } from 'node:zlib';

/** Pixels to a module, and modules of margin: as many as the standard asks for. */
const LAYOUT = { ecc: 'low', scale: 6, border: 4 } as const;

export async function qrCodePng(text: string): Promise<Buffer> {
  // Fills tables for reading codes as it is loaded, which hardly any server has a use for.
  const { default: encodeQR } = await import('qr');
  const pixels = encodeQR(text, 'raw', LAYOUT);
  const rows = pixels.map((isBlack) => {
    // The first byte of a row says that it is not filtered.
    const row = Buffer.alloc(1 + Math.ceil(pixels.length / 8));
    for (const [x, black] of isBlack.entries()) if (!black) row[1 + (x >> 3)]! |= 0x80 >> (x & 7);
    return row;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels.length, 0);
  header.writeUInt32BE(pixels.length, 4);
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
