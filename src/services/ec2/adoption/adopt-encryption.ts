/** What an imported account encrypts its volumes with where nothing else is said, and AWS's own key for them. */
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf } from '../../../invoke/imported/described.ts';
import { changeAccountEncryption } from '../encryption/account-encryption.ts';
import { asKeyArn, MANAGED_KEY_ALIAS } from '../encryption/key-choice.ts';

/** The key of EBS's own alias, which AWS made on first use. */
function managedKeyOf(adoption: Adoption, scope: Scope): { readonly managedKeyArn?: string } {
  const aliases = entriesOf<{ readonly AliasName: string; readonly TargetKeyId?: string }>(
    adoption,
    'kms:ListAliases',
    scope,
    'Aliases',
  );
  const id = aliases.find(({ AliasName }) => AliasName === MANAGED_KEY_ALIAS)?.TargetKeyId;
  return id === undefined ? {} : { managedKeyArn: asKeyArn(scope, id) };
}

export async function adoptEncryption(adoption: Adoption, scope: Scope): Promise<void> {
  const { tx, described } = adoption;
  const managed = managedKeyOf(adoption, scope);
  const switched = described.get('ec2:GetEbsEncryptionByDefault', scope, {})?.output?.EbsEncryptionByDefault;
  const key = described.get('ec2:GetEbsDefaultKmsKeyId', scope, {})?.output?.KmsKeyId;
  if (switched === undefined && key === undefined && !managed.managedKeyArn) return;
  const isNamed =
    typeof key === 'string' && key !== MANAGED_KEY_ALIAS && !key.endsWith(`:${MANAGED_KEY_ALIAS}`);
  await changeAccountEncryption(tx, scope, {
    byDefault: switched === true,
    ...managed,
    ...(isNamed && { defaultKeyId: key }),
  });
}
