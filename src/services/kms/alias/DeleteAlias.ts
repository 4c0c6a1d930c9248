/**
 * Takes a name from a key, in every key state.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
 */
import { notFound } from '../errors.ts';
import { keys } from '../key/key.ts';
import { keyArnResponse, keyCheck } from '../key/key-check.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { kms } from '../kms.ts';
import { aliasArn, aliases } from './alias.ts';
import { aliasCheck, requireAliasName, withoutAlias } from './alias-rules.ts';

export default kms.operation('DeleteAlias', {
  async checks(context, { AliasName }) {
    const { tx, account, region } = context;
    requireAliasName(AliasName);
    const record = await tx.get(aliases, [account, region, AliasName]);
    if (!record) throw notFound(`Alias ${aliasArn({ account, region, name: AliasName })} is not found.`);
    return {
      key: await keyCheck(context, 'DeleteAlias', await resolveKey(context, record.targetKeyId)),
      alias: aliasCheck(context, 'DeleteAlias', AliasName, record),
    };
  },
  execute({ tx, account, region }, { AliasName }, { key }) {
    tx.put(keys, withoutAlias(key.record, AliasName));
    tx.delete(aliases, [account, region, AliasName]);
    return {};
  },
  audit: { responseElements: keyArnResponse },
});
