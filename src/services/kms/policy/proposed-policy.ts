/** A key policy that nobody has put yet, for whoever asks what it would change. */
import type { NamedPolicy } from '../../../policy/decision.ts';
import { type KeyRecord, keyArn } from '../key/key.ts';
import { resolveKeyOrAlias } from '../key/key-identifier.ts';
import type { Directory } from '../key/principal.ts';
import { bindKeyPolicy, namedKeyPolicy } from './key-policy.ts';

export interface ProposedKeyPolicy {
  readonly key: Pick<KeyRecord, 'account' | 'region' | 'keyId'>;
  readonly arn: string;
  /** `alias/name`, where the key was called so. */
  readonly alias?: string;
  readonly policy: NamedPolicy;
}

/** `identifier` as DescribeKey takes it. Throws KMS's errors: NotFoundException, MalformedPolicyDocumentException. */
export async function proposedKeyPolicy(
  where: Directory & { readonly account: string; readonly region: string },
  identifier: string,
  source: string,
): Promise<ProposedKeyPolicy | undefined> {
  const { key, alias } = await resolveKeyOrAlias(where, identifier);
  if (!key) return undefined;
  const policy = namedKeyPolicy(await bindKeyPolicy(where, source));
  return { key, arn: keyArn(key), alias, policy };
}
