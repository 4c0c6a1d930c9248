/** What the resource of a recorded call brings to its decision; a key or role that was not read has policies that nobody knows. */
import { parseArn } from '../../aws/arn.ts';
import type { Use } from '../../import/cloudtrail/use.ts';
import type { ResourceFacts } from '../../invoke/ports/resource-facts.ts';
import type { PolicyGrant, PolicyPrincipal } from '../../policy/decision.ts';
import { granteeNames } from '../../policy/principals.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { isBeyondReach, type KeyFacts } from '../../services/kms/index.ts';
import type { RecordedWorld } from './recorded-world.ts';

interface Asked {
  readonly use: Use;
  readonly principal: PolicyPrincipal;
  readonly action: string;
  /** An ARN, `*`, or undefined where it is not known. */
  readonly about: string | undefined;
}

export async function recordedResource(
  { tx, ports }: RecordedWorld,
  keys: ReadonlyMap<string, KeyFacts>,
  { use, principal, action, about }: Asked,
): Promise<Omit<ResourceFacts, 'arn'>> {
  const nothing = { account: use.account, resourceRule: 'none' as const, conditions: {} };
  if (about === undefined || about === '*') return nothing;
  const account = parseArn(about)?.account || use.account;
  // Of a key that is only to be made the caller's side decides alone, too.
  if (isAlias(about) || about.endsWith(':key/*')) return { ...nothing, account };
  const [service] = action.split(':');
  if (service === 'kms') {
    if ('account' in principal && isBeyondReach(action, principal.account, account))
      return { account, conditions: {}, resourceRule: 'kms' };
    const key = keys.get(about);
    const names = new Set(granteeNames(principal));
    const grants = key?.grants.filter(({ grantee }) => names.has(grantee));
    // Where its tags were read, it has no others.
    const conditions = key ? { 'aws:ResourceTag/*': undefined, ...key.conditions } : {};
    return { account, conditions, ...keyInputs(about, key, grants) };
  }
  for (const source of ports.resourceFacts) {
    const facts = await source.resourceFacts(tx, { account, region: use.region }, about, action, principal);
    if (facts) return facts;
  }
  if (service !== 'sts') return { ...nothing, account };
  const why = 'the role is not among those that were read';
  const resourcePolicy = unknownPolicy(`trust policy of ${about}`, why);
  return { account, resourceRule: 'trust', resourcePolicy, conditions: {} };
}

/** It has no policy of its own: the caller's side decides alone. */
export const isAlias = (arn: string): boolean => parseArn(arn)?.resource.startsWith('alias/') === true;

function keyInputs(
  arn: string,
  key: KeyFacts | undefined,
  grants: readonly PolicyGrant[] | undefined,
): Omit<ResourceFacts, 'arn' | 'account' | 'conditions'> {
  if (key)
    return {
      resourceRule: 'kms',
      resourcePolicy: key.policy,
      grants,
      unknownGrants: key.unknownGrants,
      beyondResourceControl: key.manager === 'AWS',
    };
  const why = 'the key is not among those that were read';
  return {
    resourceRule: 'kms',
    resourcePolicy: unknownPolicy(`key policy of ${arn}`, why),
    unknownGrants: { kind: 'grants', name: `grants of ${arn}`, why },
  };
}
