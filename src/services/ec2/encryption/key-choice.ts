/** Which KMS key a volume or copy is encrypted under, from what the request says (aws-facts B2.4, B11). */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { Ports } from '../../../invoke/port.ts';
import { changeAccountEncryption, readAccountEncryption } from './account-encryption.ts';

export const MANAGED_KEY_ALIAS = 'alias/aws/ebs';

/** A key as KMS is asked for it: bare ids and aliases are the caller's own, in this region. */
export function asKeyArn(scope: Scope, keyId: string): string {
  if (keyId.startsWith('arn:')) return keyId;
  const resource = keyId.startsWith('alias/') ? keyId : `key/${keyId}`;
  return formatArn({ service: 'kms', region: scope.region, account: scope.account, resource });
}

/** The account's default key for EBS: the one it chose, else aws/ebs. */
export async function defaultKeyArn(ctx: CallContext): Promise<string> {
  const { defaultKeyId } = await ctx.read((tx) => readAccountEncryption(tx, ctx));
  return defaultKeyId ? namedKeyArn(ctx, defaultKeyId) : managedKeyArn(ctx);
}

/** A key that a request names: aws/ebs is made on first use by its name too (aws-facts A3.10). */
export async function namedKeyArn(ctx: CallContext, keyId: string): Promise<string> {
  const named = asKeyArn(ctx, keyId);
  if (named === asKeyArn(ctx, MANAGED_KEY_ALIAS)) await managedKeyArn(ctx);
  return named;
}

/** aws/ebs, which is made on first use. */
export async function managedKeyArn(ctx: CallContext): Promise<string> {
  const { managedKeyArn: known } = await ctx.read((tx) => readAccountEncryption(tx, ctx));
  return known ?? makeManagedKeyOnce(ctx);
}

/** Two first uses at one time must not make two keys. Per server, since tests run several. */
const beingMade = new WeakMap<Ports, Map<string, Promise<string>>>();

async function makeManagedKeyOnce(ctx: CallContext): Promise<string> {
  const name = `${ctx.account}/${ctx.region}`;
  let making = beingMade.get(ctx.ports);
  if (!making) {
    making = new Map();
    beingMade.set(ctx.ports, making);
  }
  const begun = making.get(name);
  if (begun) return begun;
  const key = makeManagedKey(ctx).finally(() => making.delete(name));
  making.set(name, key);
  return key;
}

/** The AWS managed key `aws/ebs` (aws-facts A3.3, A3.4): made by EBS itself, whoever the caller is. */
async function makeManagedKey(ctx: CallContext): Promise<string> {
  const known = await ctx.read((tx) => readAccountEncryption(tx, ctx));
  if (known.managedKeyArn) return known.managedKeyArn;
  const ebs = ctx.asService({ principal: 'ec2.amazonaws.com', invokedBy: 'ebs.amazonaws.com' });
  const { KeyMetadata: made } = await ebs.call('kms', 'CreateKey', {
    Description: 'Default key that protects my EBS data when no other key is defined',
  });
  await ebs.call('kms', 'CreateAlias', { AliasName: MANAGED_KEY_ALIAS, TargetKeyId: made!.KeyId });
  const keyArn = made!.Arn!;
  await ctx.transact((effect) => changeAccountEncryption(effect.tx, ctx, { managedKeyArn: keyArn }));
  return keyArn;
}
