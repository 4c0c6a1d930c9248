/**
 * OpenID Connect providers: issuers of web identity tokens that the account's roles may trust. The keys that tokens
 * are signed by are not the account's to set: whoever runs the server gives them (invoke/token-issuer.ts).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { table } from '../../../store/store.ts';
import { exceedsQuota, invalidInput, noSuchEntity, validationError } from '../errors.ts';
import { type TagList, taggedCheck } from '../tag/tag.ts';

export interface OidcProviderRecord {
  readonly account: string;
  /** Without `https://`, as IAM tells it: `token.example.com/tenant`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: TagList;
  readonly createdAtMs: number;
}

export const oidcProviders = table<OidcProviderRecord>()({
  name: 'iam.oidc-providers',
  key: ({ account, url }) => [account, url],
});

export const MAX_PROVIDERS = 100;
const MAX_CLIENT_IDS = 100;
const MAX_THUMBPRINTS = 5;
const THUMBPRINT_CHARACTERS = 40;
const SCHEME = 'https://';

export const oidcProviderArn = (account: string, url: string) =>
  formatArn({ service: 'iam', region: '', account, resource: `oidc-provider/${url}` });

/** The URL as it is kept, or IAM's error. */
export function storedUrl(given: string): string {
  const calledInvalid = 'Invalid Open ID Connect Provider URL';
  if (!URL.canParse(given)) throw validationError(calledInvalid);
  if (!given.startsWith(SCHEME)) {
    throw invalidInput(`${calledInvalid}. The URL must begin with ${SCHEME}.`);
  }
  const { port, search, hash, username, password } = new URL(given);
  if (port || search || hash || username || password) throw invalidInput(`${calledInvalid}.`);
  return given.slice(SCHEME.length).replace(/\/$/, '');
}

export function validThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > MAX_THUMBPRINTS) {
    throw invalidInput(`Thumbprint list must contain fewer than ${MAX_THUMBPRINTS} entries.`);
  }
  if (thumbprints.some(({ length }) => length !== THUMBPRINT_CHARACTERS)) {
    throw invalidInput(`Thumbprint must be exactly ${THUMBPRINT_CHARACTERS} characters.`);
  }
  return thumbprints;
}

/** Each client id once. */
export function validClientIds(clientIds: readonly string[]): readonly string[] {
  const unique = [...new Set(clientIds)];
  if (unique.length > MAX_CLIENT_IDS) {
    throw exceedsQuota('ClientIdsPerOpenIdConnectProvider', MAX_CLIENT_IDS);
  }
  return unique;
}

export async function oidcProviderCheck(
  { tx, account }: ResolveContext,
  arn: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<OidcProviderRecord>> {
  const parsed = parseArn(arn);
  const url = parsed?.resource.slice('oidc-provider/'.length) ?? '';
  const record =
    arn === oidcProviderArn(account, url) ? await tx.get(oidcProviders, [account, url]) : undefined;
  return taggedCheck({ action, resource: arn, account, conditions }, record, () =>
    noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`),
  );
}
