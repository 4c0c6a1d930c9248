/**
 * Points an alias to another key of the same type and usage. Asks the alias, the old key and the new one.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
 */
import { notFound, validation } from '../errors.ts';
import { type KeyRecord, keys } from '../key/key.ts';
import { keyCheck, requireSuitableState } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { factsOf } from '../key/key-spec.ts';
import { kms } from '../kms.ts';
import { aliasArn, aliases } from './alias.ts';
import { aliasCheck, requireAliasName, resolveTarget, withAlias, withoutAlias } from './alias-rules.ts';

export default kms.operation('UpdateAlias', {
  async checks(context, { AliasName, TargetKeyId }) {
    const { tx, account, region } = context;
    requireAliasName(AliasName);
    const record = await tx.get(aliases, [account, region, AliasName]);
    if (!record) throw notFound(`Alias ${aliasArn({ account, region, name: AliasName })} is not found.`);
    const target = await resolveTarget(context, TargetKeyId);
    return {
      oldKey: await keyCheck(context, 'UpdateAlias', await resolveKey(context, record.targetKeyId)),
      newKey: await keyCheck(context, 'UpdateAlias', target),
      alias: { ...aliasCheck(context, 'UpdateAlias', AliasName, record), record },
    };
  },
  preconditions(_context, _input, { oldKey, newKey }) {
    // Only the new key's state counts (aws-facts A5, note 10).
    requireSuitableState('UpdateAlias', newKey);
    if (!isLike(oldKey.record, newKey.record)) {
      throw validation('The current and new KMS key must be the same type and have the same key usage.');
    }
  },
  execute({ tx, nowMs }, { AliasName }, { oldKey, newKey, alias }) {
    if (oldKey.resource !== newKey.resource) {
      tx.put(keys, withoutAlias(oldKey.record, AliasName));
      tx.put(keys, withAlias(newKey.record, AliasName));
    }
    tx.put(aliases, { ...alias.record, targetKeyId: newKey.record.keyId, updatedAtMs: nowMs });
    return {};
  },
  audit: { responseElements: (_output, _input, [, newKeyArn]) => ({ keyId: newKeyArn }) },
});

function isLike(one: KeyRecord, other: KeyRecord): boolean {
  const kind = (key: KeyRecord) => {
    const { family } = factsOf(key);
    return family === 'symmetric' || family === 'hmac' ? family : 'asymmetric';
  };
  return kind(one) === kind(other) && one.keyUsage === other.keyUsage;
}
