/**
 * Gives a key a second name. Both the alias (by IAM) and the key (by its policy) must allow it.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
import { alreadyExists } from '../errors.ts';
import { managedKeyKind, servicePolicy } from '../key/aws-managed-key.ts';
import { keys } from '../key/key.ts';
import { keyArnResponse, keyCheck, requireSuitableState } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { aliasArn, aliases } from './alias.ts';
import { aliasCheck, requireAliasName, resolveTarget, withAlias } from './alias-rules.ts';

export default kms.operation('CreateAlias', {
  async checks(context, { AliasName, TargetKeyId }) {
    const { tx, account, region, caller } = context;
    requireAliasName(AliasName, managedKeyKind(caller)?.alias === AliasName);
    const target = await resolveTarget(context, TargetKeyId);
    const existing = await tx.get(aliases, [account, region, AliasName]);
    const alias = aliasCheck(context, 'CreateAlias', AliasName, existing);
    const key = await keyCheck(context, 'CreateAlias', target);
    if (caller.kind !== 'service') return { key, alias };
    const asService = {
      resourceRule: 'standard',
      resourcePolicy: servicePolicy(caller),
      beyondResourceControl: true,
    } as const;
    return { key: { ...key, ...asService }, alias: { ...alias, ...asService } };
  },
  preconditions(_context, _input, { alias, key }) {
    requireSuitableState('CreateAlias', key);
    const isKept = alias.record?.targetKeyId === key.record.keyId && key.record.manager === 'AWS';
    if (alias.record && !isKept)
      throw alreadyExists(`An alias with the name ${aliasArn(alias.record)} already exists`);
  },
  execute({ tx, account, region, nowMs }, { AliasName }, { key, alias }) {
    // A service that asks again for the alias of the key that it keeps has it.
    if (alias.record) return {};
    tx.put(keys, withAlias(key.record, AliasName));
    tx.put(aliases, {
      account,
      region,
      name: AliasName,
      targetKeyId: key.record.keyId,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    });
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
