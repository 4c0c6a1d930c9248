/** The encryption context: pairs that a ciphertext is bound to, and that policies and grants may ask for. */
import type { ConditionValues } from '../../../invoke/verdict.ts';

export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The context as bytes, the same for the same pairs in any order and for no others: pairs sorted, each name and
 * value behind its length. Joined without lengths, {"a": "bc"} and {"ab": "c"} would be one.
 */
export function encodeEncryptionContext(context: EncryptionContext): Buffer {
  const names = Object.keys(context).sort();
  const parts: Buffer[] = [];
  for (const name of names) parts.push(...withLength(name), ...withLength(context[name] as string));
  return Buffer.concat(parts);
}

function withLength(text: string): [Buffer, Buffer] {
  const bytes = Buffer.from(text);
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}

export function encryptionContextConditions(context: EncryptionContext): ConditionValues {
  const names = Object.keys(context);
  const values: Record<string, string | readonly string[] | undefined> = {
    'kms:EncryptionContextKeys': names.length > 0 ? names : undefined,
  };
  for (const name of names) values[`kms:EncryptionContext:${name}`] = context[name];
  return values;
}
