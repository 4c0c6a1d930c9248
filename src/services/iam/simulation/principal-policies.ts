/** The policies of a user, group or role as a simulation takes them, but for those that the request leaves out. */
import { lastPart, parseArn } from '../../../aws/arn.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import type { InlinePolicyIdentifierType, PolicyIdentifier } from '../../../shapes/generated/iam.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { invalidInput, noSuchEntity } from '../errors.ts';
import { groups, groupsOf } from '../group/group.ts';
import { arnOf, findByName, type IdentityKind, type IdentityRecord } from '../identity/identity.ts';
import { defaultVersion, findPolicy } from '../managed-policy/managed-policy.ts';
import { roles } from '../role/role.ts';
import { users } from '../user/user.ts';
import type { SourcePolicy } from './simulated-policies.ts';

type Noun = 'user' | 'group' | 'role';

export interface PolicySource {
  readonly noun: Noun;
  readonly record: IdentityRecord;
  readonly arn: string;
  /** The keys that decisions about it carry. */
  readonly conditions: () => ConditionValues;
}

/** Whom a PolicySourceArn names: by its name alone, whatever path it gives. */
export async function policySource(tx: ReadTransaction, arn: string, account: string): Promise<PolicySource> {
  const parsed = parseArn(arn);
  const noun = parsed?.resource.split('/')[0];
  const name = parsed?.resource.split('/').at(-1) ?? '';
  if (parsed?.service !== 'iam' || (noun !== 'user' && noun !== 'group' && noun !== 'role')) {
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  }
  const source = parsed.account === account ? await sourceNamed(tx, noun, account, name) : undefined;
  if (!source) throw noSuchEntity(`${noun[0]?.toUpperCase()}${noun.slice(1)} ${name} does not exist`);
  return source;
}

function sourceNamed(
  tx: ReadTransaction,
  noun: Noun,
  account: string,
  name: string,
): Promise<PolicySource | undefined> {
  const of = async <R extends IdentityRecord>(kind: IdentityKind<R>): Promise<PolicySource | undefined> => {
    const record = await findByName(tx, kind, account, name);
    return record && { noun, record, arn: arnOf(kind, record), conditions: () => kind.conditions(record) };
  };
  if (noun === 'user') return of(users);
  return noun === 'group' ? of(groups) : of(roles);
}

/** Identity policies of the source, a user's groups' among them, each managed policy once; and its boundary. */
export async function policiesOfSource(
  tx: ReadTransaction,
  { noun, record }: PolicySource,
  excluded: readonly PolicyIdentifier[] = [],
): Promise<{ readonly identity: readonly SourcePolicy[]; readonly boundary?: SourcePolicy }> {
  const user = noun === 'user' ? await tx.get(users.table, [record.account, record.id]) : undefined;
  const bearers = [
    { noun, record },
    ...(user ? await groupsOf(tx, user) : []).map((group) => ({ noun: 'group' as const, record: group })),
  ];
  const identity: SourcePolicy[] = bearers.flatMap((bearer) => inlinePolicies(bearer, excluded));
  const arns = new Set(bearers.flatMap((bearer) => bearer.record.attachedPolicyArns));
  for (const arn of arns) {
    const policy = excluded.some((each) => excludesManaged(each, arn))
      ? undefined
      : await findPolicy(tx, arn);
    if (policy) identity.push({ id: policy.name, type: 'IAM Policy', named: defaultVersion(policy) });
  }
  const boundary = record.boundaryArn === undefined ? undefined : await findPolicy(tx, record.boundaryArn);
  const isBounded = boundary && !excluded.some(({ PolicyType }) => PolicyType === 'permissions-boundary');
  return {
    identity,
    ...(isBounded && {
      boundary: {
        id: boundary.name,
        type: 'Permissions Boundary Policy',
        named: defaultVersion(boundary),
      },
    }),
  };
}

function inlinePolicies(
  { noun, record }: { readonly noun: Noun; readonly record: IdentityRecord },
  excluded: readonly PolicyIdentifier[],
): SourcePolicy[] {
  return record.inlinePolicies
    .filter(({ name }) =>
      excluded.every(
        ({ InlinePolicyIdentifier: inline }) => !inline || !namesInline(inline, noun, record.name, name),
      ),
    )
    .map(({ name, document }) => {
      const id = `${noun}_${record.name}_${name}`;
      return { id, type: 'IAM Policy', named: storedPolicy(document, 'identity', id) };
    });
}

function namesInline(inline: InlinePolicyIdentifierType, noun: Noun, owner: string, name: string): boolean {
  return inline.AttachmentType === noun && inline.AttachmentName === owner && inline.PolicyName === name;
}

/** An exclusion names a managed policy by its name: the path in the ARN does not count. */
function excludesManaged({ PolicyArn }: PolicyIdentifier, arn: string): boolean {
  if (PolicyArn === undefined) return false;
  const nameOf = (text: string) => `${parseArn(text)?.account}/${lastPart(text)}`;
  return nameOf(PolicyArn) === nameOf(arn);
}
