/** Percent-encoding as Signature Version 4 wants it, which differs from JavaScript's. */
const HEX = '0123456789ABCDEF';
const PERCENT = 0x25;
const PLUS = 0x2b;

const UNRESERVED = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~') {
  UNRESERVED[char.charCodeAt(0)] = 1;
}

function encodeByte(byte: number): string {
  if (byte < 128 && UNRESERVED[byte]) return String.fromCharCode(byte);
  return `%${HEX[byte >> 4]}${HEX[byte & 15]}`;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The bytes that a piece of a query stands for: `+` is a space, and a `%` without two hex digits stands for itself. */
function decodeBytes(text: string): Buffer {
  const raw = Buffer.from(text, 'utf8');
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] as number;
    if (byte === PERCENT) {
      const high = hexDigit(raw[at + 1] as number);
      const low = hexDigit(raw[at + 2] as number);
      if (high >= 0 && low >= 0) {
        raw[length++] = high * 16 + low;
        at += 2;
        continue;
      }
    }
    raw[length++] = byte === PLUS ? 0x20 : byte;
  }
  return raw.subarray(0, length);
}

/** The text of a query component, or with U+FFFD where its bytes are not UTF-8. Never throws. */
export function decodeQueryComponent(text: string): string {
  return decodeBytes(text).toString('utf8');
}

/** A query component as SigV4's canonical request has it, however the client chose to encode it. */
export function normalizeQueryComponent(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  let encoded = '';
  for (const byte of decodeBytes(text)) encoded += encodeByte(byte);
  return encoded;
}

/** Percent-encodes the UTF-8 of a path as it stands, so that what was encoded once becomes encoded twice. */
export function encodePath(path: string): string {
  if (/^[A-Za-z0-9\-_.~/]*$/.test(path)) return path;
  let encoded = '';
  for (const byte of Buffer.from(path, 'utf8')) encoded += byte === 0x2f ? '/' : encodeByte(byte);
  return encoded;
}
