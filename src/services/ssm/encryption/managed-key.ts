/** The AWS managed key `aws/ssm`, which Systems Manager makes for itself on first use, whoever the caller is. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { table } from '../../../store/store.ts';

export const MANAGED_KEY_ALIAS = 'alias/aws/ssm';
const SERVICE = 'ssm.amazonaws.com';

/** Systems Manager's own note that the account's key was made. */
const managedKeys = table<Scope>()({
  name: 'ssm.managed-keys',
  key: ({ account, region }) => [account, region],
});

/** The key that a request names, or the account's, which is made on first use, by its name too. */
export async function keyOf(ctx: CallContext, named: string = MANAGED_KEY_ALIAS): Promise<string> {
  const { account, region } = ctx;
  const arn = formatArn({ service: 'kms', region, account, resource: MANAGED_KEY_ALIAS });
  if (named === MANAGED_KEY_ALIAS || named === arn) await makeManagedKeyOnce(ctx);
  return named;
}

/** KMS gives the key that there is where it is asked to make it twice, as two first uses at one time do. */
async function makeManagedKeyOnce(ctx: CallContext): Promise<void> {
  const { account, region } = ctx;
  if (await ctx.read((tx) => tx.get(managedKeys, [account, region]))) return;
  const { call } = ctx.asService({ principal: SERVICE, invokedBy: SERVICE });
  const { KeyMetadata } = await call('kms', 'CreateKey', {});
  const AliasName = MANAGED_KEY_ALIAS;
  await call('kms', 'CreateAlias', { AliasName, TargetKeyId: KeyMetadata?.KeyId as string }).catch(
    (error) => {
      if ((error as { code?: string }).code !== 'AlreadyExistsException') throw error;
    },
  );
  await ctx.transact(async ({ tx }) => tx.put(managedKeys, { account, region }));
}
