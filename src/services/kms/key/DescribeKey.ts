/**
 * Tells what a key is and in which state. Asked for an alias of AWS whose key does not exist yet, KMS makes the key.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { aliases } from '../alias/alias.ts';
import { kms } from '../kms.ts';
import { managedKeyInWaiting } from './aws-managed-key.ts';
import { type KeyRecord, keyMetadata, keys } from './key.ts';
import { keyCheck } from './key-check.ts';
import { resolveKeyOrAlias } from './key-identifier.ts';
import { generateMaterial } from './material.ts';
import { storeNewKey } from './new-key.ts';

export default kms.operation('DescribeKey', {
  readOnly: true,
  async checks(context, { KeyId, GrantTokens }) {
    const named = (await managedKeyInWaiting(context, KeyId)) ?? (await resolveKeyOrAlias(context, KeyId));
    return { key: await keyCheck(context, 'DescribeKey', named, { grantTokens: GrantTokens }) };
  },
  async execute(context, _input, { key }) {
    const existing = await context.tx.get(keys, keys.key(key.record));
    return { KeyMetadata: keyMetadata(existing ?? (await makeManagedKey(context, key.record))) };
  },
});

async function makeManagedKey(context: ExecuteContext, key: KeyRecord): Promise<KeyRecord> {
  const { account, region, keyId } = key;
  const at = { createdAtMs: context.nowMs, updatedAtMs: context.nowMs };
  for (const name of key.aliases) {
    context.tx.put(aliases, { account, region, name, targetKeyId: keyId, ...at });
  }
  return storeNewKey(context, key, await generateMaterial(context.entropy, key.keySpec));
}
