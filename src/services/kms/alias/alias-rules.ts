/** Who may be called what: the rules of aliases (https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html). */
import { parseArn } from '../../../aws/arn.ts';
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Found } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { limitExceeded, validation } from '../errors.ts';
import { type KeyRecord, keyArn } from '../key/key.ts';
import { type NamedKey, resolveKey } from '../key/key-identifier.ts';
import { type AliasRecord, aliasArn } from './alias.ts';

const MAX_ALIASES_PER_KEY = 50;
const RESERVED = 'alias/aws/';

/** Throws where nobody may give the name: it lacks the prefix, or is kept for AWS (`isService` may give that one). */
export function requireAliasName(name: string, isService = false): void {
  if (!name.startsWith('alias/')) {
    throw validation(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (name === 'alias/') throw validation('Invalid identifier');
  if (name.startsWith(RESERVED) && !isService) throw new AwsError('NotAuthorizedException', '');
}

/** The key an alias is to point to, which an alias cannot name. */
export function resolveTarget(context: ResolveContext, identifier: string): Promise<NamedKey> {
  const isAlias = identifier.startsWith('alias/') || parseArn(identifier)?.resource.startsWith('alias/');
  if (isAlias) throw validation('Aliases must refer to keys. Not aliases');
  return resolveKey(context, identifier);
}

/** Two of the three questions of an alias operation: the alias by IAM, each key by its policy (aws-facts A2.6). */
export function aliasCheck(
  context: ResolveContext,
  action: string,
  name: string,
  record: AliasRecord | undefined,
): Found<AliasRecord | undefined> {
  const { account, region } = context;
  return { ...accountCheck(context, `kms:${action}`), resource: aliasArn({ account, region, name }), record };
}

/** The key with one alias more; the quota is 50 (aws-facts A4.10). */
export function withAlias(key: KeyRecord, name: string): KeyRecord {
  if (key.aliases.length >= MAX_ALIASES_PER_KEY) {
    throw limitExceeded(`${keyArn(key)} already has the maximum number of aliases.`);
  }
  return { ...key, aliases: [...key.aliases, name].sort() };
}

export const withoutAlias = (key: KeyRecord, name: string): KeyRecord => ({
  ...key,
  aliases: key.aliases.filter((each) => each !== name),
});
