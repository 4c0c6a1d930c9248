/**
 * What IAM keeps as questions about calls that nobody makes see it, by its ARN or as IAM's denials call it: `role app`,
 * `instance profile web`. A role's trust policy decides who may assume it.
 */
import { parseArn } from '../../aws/arn.ts';
import type { ResourceFacts, ResourceFactsSource } from '../../invoke/ports/resource-facts.ts';
import { storedPolicy } from '../../policy/stored.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { boundaryKey } from './boundary/boundary-key.ts';
import { groups } from './group/group.ts';
import { arnOf, findByName, type IdentityKind, type IdentityRecord } from './identity/identity.ts';
import { findInstanceProfile, instanceProfileArn } from './instance-profile/instance-profile.ts';
import { findPolicyByName, policyArn } from './managed-policy/managed-policy.ts';
import { type RoleRecord, roles } from './role/role.ts';
import { resourceTagKeys } from './tag/tag.ts';
import { users } from './user/user.ts';

type Found = Pick<ResourceFacts, 'arn' | 'account' | 'conditions'> & { readonly role?: RoleRecord };

export const iamFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, { account }, name, action) {
    const found = (await byArn(tx, name, action)) ?? (await byPhrase(tx, account, name, action));
    if (!found) return undefined;
    const { role, ...facts } = found;
    const isAssumed =
      role !== undefined && (action.startsWith('sts:AssumeRole') || WITH_ASSUMING.has(action));
    return {
      ...facts,
      resourceRule: isAssumed ? 'trust' : 'none',
      ...(isAssumed && {
        resourcePolicy: storedPolicy(role.trustDocument, 'trust', `trust policy of role ${role.name}`),
      }),
    };
  },
};

/** What a trust policy allows beside (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sts-comparison.html). */
const WITH_ASSUMING: ReadonlySet<string> = new Set([
  'sts:SetContext',
  'sts:SetSourceIdentity',
  'sts:TagSession',
]);

const lastSegment = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

async function byArn(tx: ReadTransaction, arn: string, action: string): Promise<Found | undefined> {
  const { service, account = '', resource = '' } = parseArn(arn) ?? {};
  const [noun = ''] = resource.split('/', 1);
  if (service !== 'iam' || !resource.includes('/')) return undefined;
  const found = await byName(tx, account, noun, lastSegment(resource), action);
  return found?.arn === arn ? found : undefined;
}

const PHRASE = /^(user|role|group|policy|instance[ -]profile)([ /])(\S+)$/;

/** By the name alone, as a denial has it; its path is part of its ARN, and of a path that is given. What is not there has none. */
async function byPhrase(
  tx: ReadTransaction,
  account: string,
  text: string,
  action: string,
): Promise<Found | undefined> {
  const [, words = '', separator, name = ''] = PHRASE.exec(text) ?? [];
  if (separator === undefined) return undefined;
  const noun = words.replace(' ', '-');
  const arn = `arn:aws:iam::${account}:${noun}/${name}`;
  const found = await byName(tx, account, noun, lastSegment(name), action);
  if (found && (found.arn === arn || !name.includes('/'))) return found;
  return separator === ' ' ? { arn, account, conditions: {} } : undefined;
}

async function byName(
  tx: ReadTransaction,
  account: string,
  noun: string,
  name: string,
  action: string,
): Promise<Found | undefined> {
  if (noun === 'user') return ofIdentity(users, await findByName(tx, users, account, name), action);
  if (noun === 'group') return ofIdentity(groups, await findByName(tx, groups, account, name), action);
  if (noun === 'role') {
    const role = await findByName(tx, roles, account, name);
    return role && { ...ofIdentity(roles, role, action), role };
  }
  if (noun === 'policy') {
    const policy = await findPolicyByName(tx, account, name);
    return policy && { arn: policyArn(policy), account, conditions: resourceTagKeys(policy.tags) };
  }
  if (noun !== 'instance-profile') return undefined;
  const profile = await findInstanceProfile(tx, account, name);
  return profile && { arn: instanceProfileArn(profile), account, conditions: resourceTagKeys(profile.tags) };
}

function ofIdentity<R extends IdentityRecord>(kind: IdentityKind<R>, record: R, action: string): Found;
function ofIdentity<R extends IdentityRecord>(
  kind: IdentityKind<R>,
  record: R | undefined,
  action: string,
): Found | undefined;
function ofIdentity<R extends IdentityRecord>(
  kind: IdentityKind<R>,
  record: R | undefined,
  action: string,
): Found | undefined {
  return (
    record && {
      arn: arnOf(kind, record),
      account: record.account,
      conditions: { ...kind.conditions(record), ...boundaryKey(action, record) },
    }
  );
}
