/** A data key under a forked key's own material, for what was encrypted under the real one. */
import { parseArn } from '../../../aws/arn.ts';
import { ebsContext } from '../../../aws/ebs-context.ts';
import type { Ports } from '../../../invoke/port.ts';
import type { Entropy } from '../../../platform/ports.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { seal } from '../crypto/ciphertext.ts';
import { keys } from '../key/key.ts';
import { isKeyPair, materialOf, openWithoutVerdict } from '../key/material.ts';

/** AES-256-XTS takes two keys of 256 bits. */
const DATA_KEY_BYTES = 64;

/** The ciphertext; undefined where the key was not adopted, or does not encrypt. */
export async function forkedDataKey(
  { tx, ports, entropy }: { readonly tx: ReadTransaction; readonly ports: Ports; readonly entropy: Entropy },
  keyArn: string,
  contextId: string,
): Promise<Uint8Array | undefined> {
  const arn = parseArn(keyArn);
  const key = arn && (await tx.get(keys, [arn.account, arn.region, arn.resource.slice('key/'.length)]));
  const material = key && (await materialOf(tx, key, key.currentMaterialId));
  if (!key || !material || isKeyPair(key)) return undefined;
  const secret = openWithoutVerdict(ports.sealer, key, material);
  const plaintext = entropy.bytes(DATA_KEY_BYTES);
  const { account, keyId } = key;
  const header = { account, keyId, materialId: material.materialId };
  const blob = seal(entropy, secret, header, ebsContext(contextId), plaintext);
  plaintext.fill(0);
  return blob;
}
