/**
 * SAML providers: identity providers whose assertions the account's roles may trust. They are kept and shown; assertions
 * are not taken (AssumeRoleWithSAML is not served), so of the private keys with which AWS would decrypt them only the ids
 * are kept (aws-facts G5.9).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html
 */
import { createPrivateKey } from 'node:crypto';
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { Entropy } from '../../../platform/ports.ts';
import { parsedKey } from '../../../service-kit/ssh-key.ts';
import { table } from '../../../store/store.ts';
import { exceedsQuota, invalidInput, noSuchEntity } from '../errors.ts';
import { newId } from '../identity/identity.ts';
import { type TagList, taggedCheck } from '../tag/tag.ts';

interface SamlPrivateKey {
  readonly id: string;
  readonly addedAtMs: number;
}

export interface SamlProviderRecord {
  readonly account: string;
  readonly name: string;
  readonly uuid: string;
  readonly metadata: string;
  readonly encryption: 'Allowed' | 'Required';
  readonly privateKeys: readonly SamlPrivateKey[];
  readonly tags: TagList;
  readonly createdAtMs: number;
  readonly validUntilMs: number;
}

export const samlProviders = table<SamlProviderRecord>()({
  name: 'iam.saml-providers',
  key: ({ account, name }) => [account, name],
});

export const MAX_SAML_PROVIDERS = 100;
const MAX_PRIVATE_KEYS = 2;
const YEARS_VALID = 100;

export const samlProviderArn = (account: string, name: string) =>
  formatArn({ service: 'iam', region: '', account, resource: `saml-provider/${name}` });

/** A provider is good for a hundred years. */
export function validUntilMs(createdAtMs: number): number {
  const date = new Date(createdAtMs);
  return date.setUTCFullYear(date.getUTCFullYear() + YEARS_VALID);
}

const ENTITY = /<(?:[\w.-]+:)?EntityDescriptor\s[^<>]*\bentityID\s*=\s*["'][^"'<>]/;
const PROVIDER_ROLE = /<(?:[\w.-]+:)?IDPSSODescriptor[\s/>]/;

/** Refuses what is no metadata of an identity provider: an entity with an id, in that role. */
export function requireMetadata(document: string): void {
  if (!ENTITY.test(document) || !PROVIDER_ROLE.test(document)) throw invalidInput('Could not parse metadata');
}

/** The keys with one more, of which nothing but the id is kept. */
export function withPrivateKey(
  keys: readonly SamlPrivateKey[],
  pem: string,
  { entropy, nowMs }: { readonly entropy: Entropy; readonly nowMs: number },
): readonly SamlPrivateKey[] {
  if (!parsedKey(() => createPrivateKey(pem))) throw invalidInput('The private key could not be parsed.');
  if (keys.length >= MAX_PRIVATE_KEYS) throw exceedsQuota('PrivateKeysPerSAMLProvider', MAX_PRIVATE_KEYS);
  return [...keys, { id: newId(entropy, 'SAMLPK'), addedAtMs: nowMs }];
}

export async function samlProviderCheck(
  { tx, account }: ResolveContext,
  arn: string,
  action: string,
  conditions: ConditionValues = {},
): Promise<Check<SamlProviderRecord>> {
  const name = parseArn(arn)?.resource.slice('saml-provider/'.length) ?? '';
  const record =
    arn === samlProviderArn(account, name) ? await tx.get(samlProviders, [account, name]) : undefined;
  return taggedCheck({ action, resource: arn, account, conditions }, record, () =>
    noSuchEntity(`Manifest not found for arn ${arn}`),
  );
}
