/**
 * Access key ids as AWS forms them: four letters of kind, then sixteen base-32 characters that carry the account,
 * so that sts:GetAccessKeyInfo can tell whose a key is without looking it up.
 */
export type AccessKeyKind = 'AKIA' | 'ASIA';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ACCOUNT_SHIFT = 7n;
const ACCOUNT_MASK = 0x7fff_ffff_ff80n;
const TOP_BIT = 1n << 47n;

/** `random` are five bytes: seven of their bits stand below the account, the rest behind it. */
export function formatAccessKeyId(kind: AccessKeyKind, account: string, random: Uint8Array): string {
  const head = TOP_BIT | (BigInt(account) << ACCOUNT_SHIFT) | BigInt((random[0] ?? 0) & 0x7f);
  let bits = head;
  for (const byte of random.subarray(1, 5)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let shift = 75n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((bits >> shift) & 31n)];
  return kind + text;
}

/** The twelve digits of the account to which an access key id belongs, or undefined where the text is not one. */
export function accountOfAccessKeyId(accessKeyId: string): string | undefined {
  if (accessKeyId.length !== 20) return undefined;
  let bits = 0n;
  for (const character of accessKeyId.slice(4)) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  const account = ((bits >> 32n) & ACCOUNT_MASK) >> ACCOUNT_SHIFT;
  return account > 999_999_999_999n ? undefined : account.toString().padStart(12, '0');
}
