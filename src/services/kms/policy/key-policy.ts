/** Key policies: the default ones, how they are stored, shown and put to the decision point (aws-facts A3). */
import { bindPrincipals, principalsOf } from '../../../policy/bind.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import type { Policy } from '../../../policy/policy.ts';
import { limitExceeded, malformedPolicy } from '../errors.ts';
import type { StoredKeyPolicy } from '../key/key.ts';
import { type Directory, rootArn, shownPrincipal, storedPrincipal } from '../key/principal.ts';

/** The only name that a key policy can have (aws-facts A1.8). */
export const POLICY_NAME = 'default';

/** aws-facts A1.7. */
const MAX_POLICY_BYTES = 32_768;

const allow = (sid: string, principal: string, action: string | readonly string[]) => ({
  Sid: sid,
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: action,
  Resource: '*',
});

const document = (id: string, statements: readonly object[]): StoredKeyPolicy => ({
  source: JSON.stringify({ Version: '2012-10-17', Id: id, Statement: statements }, undefined, 2),
  principalIds: {},
});

/** What CreateKey gives a key without a policy: everything to the account, which hands it out by IAM. */
export function defaultKeyPolicy(account: string): StoredKeyPolicy {
  return document('key-default-1', [allow('Enable IAM User Permissions', rootArn(account), 'kms:*')]);
}

/** The policy of the AWS managed key aws/ebs (aws-facts A3.3). */
export function ebsKeyPolicy(account: string, region: string): StoredKeyPolicy {
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant'];
  const throughEc2 = {
    StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': `ec2.${region}.amazonaws.com` },
  };
  return document('auto-ebs-2', [
    {
      ...allow(
        'Allow access through EBS for all principals in the account that are authorized to use EBS',
        '*',
        [...use, 'kms:DescribeKey'],
      ),
      Condition: throughEc2,
    },
    allow('Allow direct access to key metadata to the account', rootArn(account), [
      'kms:Describe*',
      'kms:Get*',
      'kms:List*',
      'kms:RevokeGrant',
    ]),
  ]);
}

/** Parses and binds a policy that a request brings; throws KMS's error where it may not stand. */
export async function bindKeyPolicy(directory: Directory, source: string): Promise<StoredKeyPolicy> {
  if (Buffer.byteLength(source) > MAX_POLICY_BYTES) {
    throw limitExceeded(`The key policy exceeds the maximum size of ${MAX_POLICY_BYTES} bytes.`);
  }
  const policy = parsed(source);
  const principalIds: Record<string, string> = {};
  for (const { type, value } of principalsOf(policy)) {
    if (type !== 'AWS' || value === '*' || Object.hasOwn(principalIds, value)) continue;
    const stored = await storedPrincipal(directory, value);
    if (stored === undefined) {
      throw malformedPolicy('Policy contains a statement with one or more invalid principals.');
    }
    principalIds[value] = stored;
  }
  return { source, principalIds };
}

const bound = new WeakMap<StoredKeyPolicy, NamedPolicy>();

/** The policy as the decision point takes it; the same object as long as the key's record stands. */
export function namedKeyPolicy(stored: StoredKeyPolicy): NamedPolicy {
  const known = bound.get(stored);
  if (known) return known;
  const { principalIds, source } = stored;
  const policy = bindPrincipals(parsed(source), (arn) =>
    Object.hasOwn(principalIds, arn) ? principalIds[arn] : undefined,
  );
  const named: NamedPolicy = { name: 'key policy', policy };
  bound.set(stored, named);
  return named;
}

/** The document as GetKeyPolicy shows it: as it was put, with the ids of principals that are gone. */
export async function shownKeyPolicy(directory: Directory, stored: StoredKeyPolicy): Promise<string> {
  let text = stored.source;
  for (const [written, id] of Object.entries(stored.principalIds)) {
    if (id === written || id === rootArn(written)) continue;
    const shown = await shownPrincipal(directory, id);
    if (shown !== written) text = text.replaceAll(JSON.stringify(written), JSON.stringify(shown));
  }
  return text;
}

function parsed(source: string): Policy {
  const result = internPolicy(source, 'key');
  if (!result.ok) throw malformedPolicy(result.message);
  return result.policy;
}
