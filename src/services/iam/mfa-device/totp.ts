/** Time-based one-time codes (RFC 6238) as virtual MFA devices make them: SHA-1, six digits, steps of 30 seconds. */
import { createHmac } from 'node:crypto';

const STEP_MS = 30_000;

export const stepAt = (atMs: number) => Math.floor(atMs / STEP_MS);

export function codeOf(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', seed).update(counter).digest();
  const offset = (digest.at(-1) as number) & 0x0f;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** The nearest step within `reach` of `step` at which the seed gives the code; undefined where there is none. */
export function stepOf(seed: Uint8Array, code: string, step: number, reach: number): number | undefined {
  for (let distance = 0; distance <= reach; distance++) {
    if (codeOf(seed, step + distance) === code) return step + distance;
    if (codeOf(seed, step - distance) === code) return step - distance;
  }
  return undefined;
}
