/** Data key pairs: their private half is encrypted under the KMS key like a data key. */
import { unsupported } from '../errors.ts';
import { specFacts } from '../key/key-spec.ts';
import type { FreshMaterial } from '../key/material.ts';

/** Throws for pairs of the China Regions. */
export function requirePairSpec(spec: string): void {
  if (!specFacts(spec)) throw unsupported(`KeyPairSpec ${spec} is not supported in this Region.`);
}

export const publicHalf = (pair: FreshMaterial): Uint8Array => pair.publicKey as Buffer;
