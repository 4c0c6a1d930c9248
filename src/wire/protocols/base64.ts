/** The bytes, or undefined when the text is not standard base64 with padding. */
export function bytesFromBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || text.includes('-') || text.includes('_')) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64, so any other character shows in the length.
  return bytes.length === (text.length / 4) * 3 - padding ? bytes : undefined;
}

export function base64FromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
