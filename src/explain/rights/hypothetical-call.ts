/**
 * A call that nobody made, as the evaluator takes it: with the policies of now, and what is not known of the request left
 * open.
 */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import { guardrailsOver, policyInputs } from '../../invoke/authorize.ts';
import { conditionLookup, presentConditions } from '../../invoke/condition-lookup.ts';
import { resourceKeys } from '../../invoke/given-keys.ts';
import { principalConditionKeys, principalTagKeys } from '../../invoke/global-condition-keys.ts';
import { isImportedWorld } from '../../invoke/imported/imported-world.ts';
import { organizationKeys } from '../../invoke/organization-keys.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { ResourceFacts } from '../../invoke/ports/resource-facts.ts';
import type { Check, ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { granteeNames } from '../../policy/principals.ts';
import type { ValuesOf } from '../../policy/requirement.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { isBeyondReach } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type AskedPrincipal, knownPrincipals, namedByKey, outsider } from '../question/asked-principals.ts';
import { keyOf, NoAnswer, noSuchKey } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { isOfPrincipal, isUnknownTo } from './rights.ts';
import { ANY_SERVICE, byService, directly, through, throughAny, type Way } from './ways.ts';
import { findPrincipal } from './what-can.ts';

export interface HypotheticalCall extends Scope {
  readonly resource?: string;
  /** Condition keys whose values are given. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** The service that asks for the principal, as the call that it does: `ec2:StartInstances`; `*` is any. */
  readonly through?: string;
  readonly nowMs: number;
}

export interface OpenRequest {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  readonly conditions: ConditionValues;
  isOpen(key: string): boolean;
  valuesOf: ValuesOf;
}

export async function factsOf(
  { tx, ports }: Reading,
  question: HypotheticalCall,
  action: string,
): Promise<ResourceFacts> {
  const { resource: name, account } = question;
  if (name === undefined || name === '*') return { arn: '*', account, resourceRule: 'none', conditions: {} };
  for (const source of ports.resourceFacts) {
    const facts = await source.resourceFacts(tx, question, name, action);
    if (facts) return facts;
  }
  const arn = parseArn(name);
  if (!arn)
    throw new NoAnswer(
      `There is no ${name} in account ${account}, Region ${question.region}. Give an id that exists, or an ARN.`,
    );
  if (arn.service === 'kms') throw await noSuchKey({ tx, account, region: question.region }, name);
  const conditions = (await isImportedWorld(tx)) ? unreadTags(arn.service, name) : {};
  return { arn: name, account: arn.account || account, resourceRule: 'none', conditions };
}

function unreadTags(service: string, name: string): ConditionValues {
  const tags: Missing = {
    kind: 'condition key',
    name: `tags of ${name}`,
    why: 'it is not among what was read',
  };
  return { 'aws:ResourceTag/*': tags, [`${service}:ResourceTag/*`]: tags };
}

export async function principalAsked(
  tx: ReadTransaction,
  question: Pick<HypotheticalCall, 'account'> & { readonly principal: string },
  { arn }: ResourceFacts,
): Promise<AskedPrincipal> {
  const known = await knownPrincipals(tx);
  const key = await keyOf(tx, arn);
  const outside = outsider(question.principal, known);
  const candidates = [...known.asked, ...(key ? namedByKey(key, known) : []), ...(outside ? [outside] : [])];
  return findPrincipal(tx, candidates, question.principal, question.account);
}

export async function asRequest(
  from: Reading,
  question: HypotheticalCall,
  action: string,
  asked: AskedPrincipal,
  resource: ResourceFacts,
): Promise<OpenRequest> {
  const { principal } = asked;
  const account = asked.account || resource.account;
  const own = await ownPolicies(from, asked);
  const names = new Set(granteeNames(principal));
  const isOfOthers = 'account' in principal && isBeyondReach(action, account, resource.account);
  const check = checkOf(action, resource, isOfOthers ? {} : resource, names);
  const guardrails = await guardrailsOver(from, account, resource.account);
  const inputs = policyInputs(check, { principal, own, guardrails });
  const way = wayOf(question, asked);
  const known: ConditionValues = {
    'aws:CurrentTime': new Date(question.nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(question.nowMs / 1000)),
    'aws:RequestedRegion': question.region,
    ...resourceKeys(action, resource.account, guardrails.resource?.membership),
    ...organizationKeys('Principal', guardrails.caller?.membership),
    ...principalConditionKeys(principal),
    ...((resource.resourceRule === 'kms' || action === 'kms:CreateKey') && { 'kms:CallerAccount': account }),
    ...principalTagKeys(own),
    ...resource.conditions,
    ...way.conditions(action),
    ...question.context,
  };
  const given = new Set(Object.keys(presentConditions(known)).map((key) => key.toLowerCase()));
  const valuesOf: ValuesOf = (key) => way.valuesOf(key, principal);
  const conditions = given.has(MFA.toLowerCase()) ? known : { ...known, ...withFirst(valuesOf) };
  const condition = conditionLookup(() => conditions);
  const request: AccessRequest = {
    principal,
    action,
    resource: resource.arn,
    resourceAccount: resource.account,
    condition,
    childGrant: action === 'kms:CreateGrant' ? way.childGrant : undefined,
  };
  return {
    inputs,
    request,
    conditions,
    isOpen: (key) =>
      !given.has(key) &&
      (way.isOpen(key, action) || isUnknownTo(condition, key) || (!asked.isKnown && isOfPrincipal(key))),
    valuesOf,
  };
}

/** `offered`: of what the resource has, what is of any use to whoever asks. */
const checkOf = (
  action: string,
  { arn, account, resourceRule, beyondResourceControl }: ResourceFacts,
  { resourcePolicy, grants, unknownGrants }: Partial<ResourceFacts>,
  names: ReadonlySet<string>,
): Check<undefined> => ({
  action,
  resource: arn,
  account,
  record: undefined,
  resourceRule,
  resourcePolicy,
  grants: grants?.filter(({ grantee }) => names.has(grantee)),
  unknownGrants,
  beyondResourceControl,
});

const MFA = 'aws:MultiFactorAuthPresent';

/** What it has where nobody says otherwise. */
function withFirst(valuesOf: ValuesOf): ConditionValues {
  const [first] = valuesOf(MFA.toLowerCase()) ?? [];
  return first ? { [MFA]: first } : {};
}

/** Of an account that is not here, nobody knows what its policies allow. */
async function ownPolicies(
  { tx, ports }: Reading,
  { principal, account, isKnown }: AskedPrincipal,
): Promise<IdentityPolicies> {
  const own = await ports.policies.identityPolicies(tx, principal);
  if (isKnown || own.identity.length > 0 || !('arn' in principal)) return own;
  return {
    identity: [unknownPolicy(`policies of ${principal.arn}`, `account ${account} is not here`)],
    tags: {},
  };
}

function wayOf({ through: call, region }: HypotheticalCall, { principal }: AskedPrincipal): Way {
  if (principal.kind === 'service') return byService;
  if (call === ANY_SERVICE) return throughAny;
  return call === undefined ? directly : through(call.split(':')[0] ?? call, region);
}
