/** Key policies: the default ones, how they are stored, shown and put to the decision point (aws-facts A3). */
import { bindPrincipals, principalsOf } from '../../../policy/bind.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { defaultKeyPolicy as defaultDocument } from '../../../policy/default-key-policy.ts';
import { internPolicy } from '../../../policy/intern.ts';
import type { Policy } from '../../../policy/policy.ts';
import { rootArn } from '../../../policy/root-user.ts';
import { unknownPolicy } from '../../../policy/unknown.ts';
import { limitExceeded, malformedPolicy } from '../errors.ts';
import type { StoredKeyPolicy } from '../key/key.ts';
import { type Directory, shownPrincipal, storedPrincipal } from '../key/principal.ts';

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

/** A document as KMS prints its own: a blank before each colon, and arrays that begin and end on their member's line. */
function jacksonText(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return `[ ${value.map((each) => jacksonText(each, indent)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const members = Object.entries(value).map(
    ([name, each]) => `${inner}${JSON.stringify(name)} : ${jacksonText(each, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

const stored = (document: object): StoredKeyPolicy => ({ source: jacksonText(document), principalIds: {} });

/** What CreateKey gives a key without a policy: everything to the account, which hands it out by IAM. */
export function defaultKeyPolicy(account: string): StoredKeyPolicy {
  return stored(defaultDocument(account));
}

const USE = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant'];

/** An AWS managed key: whoever may use the service may use the key, through the service only. */
function managedKeyPolicy(
  account: string,
  { id, sid, viaService }: { readonly id: string; readonly sid: string; readonly viaService: string },
): StoredKeyPolicy {
  const Statement = [
    {
      ...allow(sid, '*', [...USE, 'kms:DescribeKey']),
      Condition: { StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': viaService } },
    },
    allow('Allow direct access to key metadata to the account', rootArn(account), [
      'kms:Describe*',
      'kms:Get*',
      'kms:List*',
      'kms:RevokeGrant',
    ]),
  ];
  return stored({ Version: '2012-10-17', Id: id, Statement });
}

/** The policy of the AWS managed key aws/ebs (aws-facts A3.3). */
export const ebsKeyPolicy = (account: string, region: string): StoredKeyPolicy =>
  managedKeyPolicy(account, {
    id: 'auto-ebs-2',
    sid: 'Allow access through EBS for all principals in the account that are authorized to use EBS',
    viaService: `ec2.${region}.amazonaws.com`,
  });

/** The policy of another service's AWS managed key, formed as that of aws/ebs. */
export const serviceKeyPolicy =
  (service: string) =>
  (account: string, region: string): StoredKeyPolicy =>
    managedKeyPolicy(account, {
      id: `auto-${service}-1`,
      sid: `Allow access through ${service} for all principals in the account that are authorized to use ${service}`,
      viaService: `${service}.${region}.amazonaws.com`,
    });

/** The policy of a real account's key: whoever it names and is known here by unique id, everybody else as written. */
export async function adoptedKeyPolicy(
  directory: Directory,
  name: string,
  source: string,
): Promise<StoredKeyPolicy> {
  const result = internPolicy(source, 'key');
  if (!result.ok) {
    const why = `its document is not understood: ${result.message}`;
    return { source, principalIds: {}, missing: { kind: 'policy', name, why } };
  }
  const principalIds: Record<string, string> = {};
  for (const { type, value } of principalsOf(result.policy)) {
    if (type !== 'AWS' || value === '*') continue;
    principalIds[value] = (await storedPrincipal(directory, value)) ?? value;
  }
  return { source, principalIds };
}

/** Parses and binds a policy that a request brings; throws KMS's error where it may not stand. */
export async function bindKeyPolicy(directory: Directory, source: string): Promise<StoredKeyPolicy> {
  if (Buffer.byteLength(source) > MAX_POLICY_BYTES) {
    throw limitExceeded(`The key policy exceeds the maximum size of ${MAX_POLICY_BYTES} bytes.`);
  }
  const policy = parsed(source);
  requireKeyPolicyConditions(policy);
  const principalIds: Record<string, string> = {};
  for (const { type, value } of principalsOf(policy)) {
    if (value === '*' || Object.hasOwn(principalIds, value)) continue;
    if (type === 'Service' && !directory.ports.principals.isService(value)) throw invalidPrincipals();
    if (type !== 'AWS') continue;
    const stored = await storedPrincipal(directory, value);
    if (stored === undefined) throw invalidPrincipals();
    principalIds[value] = stored;
  }
  return { source, principalIds };
}

const invalidPrincipals = () =>
  malformedPolicy('Policy contains a statement with one or more invalid principals.');

/** A key policy is about one key, whose tags and aliases it may not ask for (aws-facts A3.11). */
const NOT_IN_KEY_POLICIES = ['aws:ResourceTag', 'kms:ResourceTag', 'kms:ResourceAliases'];

function requireKeyPolicyConditions({ statements }: Policy): void {
  const refused = NOT_IN_KEY_POLICIES.map((name) => name.toLowerCase());
  const names = statements.flatMap(({ conditions }) => conditions.map(({ key }) => key.toLowerCase()));
  if (!names.some((name) => refused.includes(name.split('/', 1)[0] as string))) return;
  throw malformedPolicy(
    `These condition keys are not permitted in a key policy: ${NOT_IN_KEY_POLICIES.join(', ')}`,
  );
}

const bound = new WeakMap<StoredKeyPolicy, NamedPolicy>();

/** The policy as the decision point takes it; the same object as long as the key's record stands. */
export function namedKeyPolicy(stored: StoredKeyPolicy): NamedPolicy {
  const known = bound.get(stored);
  if (known) return known;
  const { principalIds, source, missing } = stored;
  if (missing) return unknownPolicy(missing.name, missing.why);
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
