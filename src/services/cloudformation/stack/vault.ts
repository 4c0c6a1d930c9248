/** What a template's values came to (parameters, properties, attributes, outputs): passwords, secret access keys. */
import { vaultOf } from '../../../service-kit/vault.ts';

export type { Vault } from '../../../service-kit/vault.ts';
export const { sealValue, openValue, resealTable } = vaultOf('cloudformation.value');
