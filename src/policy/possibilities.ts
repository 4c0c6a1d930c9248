/**
 * Under which conditions a request would be allowed, where some of its condition keys are left open: the evaluator of
 * evaluate.ts, run on statements whose conditions on open keys are kept instead of being decided. Every way in which
 * the decision can come out as an allow is one possibility; none is left out, and each names the statements that it
 * depends on.
 */
import { compilePolicy } from './compile.ts';
import type {
  AccessRequest,
  GrantTerms,
  NamedPolicy,
  PolicyInputs,
  PolicyType,
  StatementReference,
} from './decision.ts';
import { accountOf, ofCaller, resourcePolicyType } from './evaluate.ts';
import { constraintHolds } from './grants.ts';
import { granteeStrength, Strength } from './principals.ts';
import { type IsOpen, isMet, type Requirement, requirementOf, type ValuesOf } from './requirement.ts';

export type AllowedBy = StatementReference | { readonly grantId: string } | 'root';

export interface Possibility {
  readonly by: AllowedBy;
  /** All of these must hold. */
  readonly requires: readonly Requirement[];
  /** None of these may hold: they are denials. */
  readonly unless: readonly Requirement[];
}

/** Beyond this many, ways of combining statements are not pursued; policies that have so many are not told apart. */
const MAX_POSSIBILITIES = 64;

interface Question {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  readonly isOpen: IsOpen;
  readonly valuesOf: ValuesOf;
}

/** A conjunction on the way to a possibility. */
type Path = readonly Requirement[];
interface Offer {
  readonly by: AllowedBy;
  readonly path: Path;
}

/** `request.condition` answers for the keys that are not open; for open ones it is not believed. */
export function possibilities(
  inputs: PolicyInputs,
  request: AccessRequest,
  isOpen: IsOpen,
  valuesOf: ValuesOf = () => undefined,
): Possibility[] {
  const question: Question = { inputs, request: ofCaller(inputs, request), isOpen, valuesOf };
  const unless = denials(question);
  if (unless === undefined) return [];
  let offers = permissions(question);
  for (const level of limits(question)) {
    if (offers.length === 0) return [];
    offers = limited(offers, allows(question, level.policies, level.type));
  }
  return distinct(offers).map(({ by, path }) => ({ by, requires: path, unless }));
}

const isExempt = ({ request: { principal } }: Question): boolean =>
  principal.kind === 'role-session' && principal.serviceLinked;

interface Level {
  readonly type: PolicyType;
  readonly policies: readonly NamedPolicy[];
}

function limits(question: Question): Level[] {
  const { serviceControl = [], resourceControl = [], vpcEndpoint } = question.inputs;
  const endpoint = vpcEndpoint ? [{ type: 'VPC endpoint policy' as const, policies: [vpcEndpoint] }] : [];
  if (isExempt(question)) return endpoint;
  return [
    ...endpoint,
    ...serviceControl.map((policies) => ({ type: 'service control policy' as const, policies })),
    ...resourceControl.map((policies) => ({ type: 'resource control policy' as const, policies })),
  ];
}

/** The denials that depend on open keys; undefined where one holds whatever they are. */
function denials(question: Question): Requirement[] | undefined {
  const { inputs, request } = question;
  const { resourcePolicy, boundary, identity, session = [] } = inputs;
  const all: Level[] = [
    ...limits(question),
    ...(resourcePolicy ? [{ type: resourcePolicyType(inputs), policies: [resourcePolicy] }] : []),
    { type: 'identity-based policy', policies: identity },
    ...(boundary ? [{ type: 'permissions boundary' as const, policies: [boundary] }] : []),
    { type: 'session policy', policies: session },
  ];
  const found: Requirement[] = [];
  for (const { type, policies } of all) {
    for (const named of policies) {
      for (const statement of compilePolicy(named.policy).forAction(request.action).deny) {
        if (statement.principals?.(request) === Strength.NONE) continue;
        const requirement = requirementOf(question, named, statement, type);
        if (requirement === undefined) continue;
        if (isMet(requirement)) return undefined;
        found.push(requirement);
      }
    }
  }
  return found;
}

/** How the policies can allow the request: without any condition first, and then nothing else. */
function allows(question: Question, policies: readonly NamedPolicy[], type: PolicyType): Offer[] {
  const { request } = question;
  const found: Offer[] = [];
  for (const named of policies) {
    for (const statement of compilePolicy(named.policy).forAction(request.action).allow) {
      if (statement.principals?.(request) === Strength.NONE) continue;
      const requirement = requirementOf(question, named, statement, type);
      const by = requirement?.statement;
      if (requirement === undefined || by === undefined) continue;
      if (isMet(requirement)) return [{ by, path: [] }];
      found.push({ by, path: [requirement] });
    }
  }
  return found;
}

/** Each offer under each way in which the limit allows it. */
function limited(offers: readonly Offer[], limit: readonly Offer[]): Offer[] {
  const joined = offers.flatMap(({ by, path }) => limit.map((way) => ({ by, path: [...path, ...way.path] })));
  return joined.slice(0, MAX_POSSIBILITIES);
}

/** What evaluate.ts's findPermission looks for, without stopping at the first. */
function permissions(question: Question): Offer[] {
  const { inputs, request } = question;
  const { principal, resourceAccount } = request;
  const account = accountOf(principal);
  const rule = inputs.resourceRule;
  const isForeign = account !== undefined && account !== resourceAccount && rule !== 'none';
  const found: Offer[] = [];
  for (const offer of resourcePolicyOffers(question)) {
    found.push(...settled(question, isForeign ? Strength.ACCOUNT : offer.strength, offer));
  }
  for (const grant of inputs.grants ?? []) {
    const strength = granteeStrength(grant.grantee, principal);
    if (strength === Strength.NONE || !grant.actions.includes(request.action)) continue;
    const requirement = grantRequirement(question, grant);
    if (requirement === undefined) continue;
    const asForeign = isForeign && grant.issuingAccount !== account;
    const path = isMet(requirement) ? [] : [requirement];
    const offer = { by: { grantId: grant.grantId }, path };
    found.push(...settled(question, asForeign ? Strength.ACCOUNT : strength, offer));
  }
  if (account !== undefined && (rule === 'none' || (rule === 'standard' && !isForeign))) {
    found.push(...settled(question, Strength.ACCOUNT, undefined));
  }
  return found;
}

function resourcePolicyOffers(question: Question): (Offer & { strength: Strength })[] {
  const { inputs, request } = question;
  const named = inputs.resourcePolicy;
  if (!named) return [];
  return compilePolicy(named.policy)
    .forAction(request.action)
    .allow.flatMap((statement) => {
      const strength = statement.principals?.(request) ?? Strength.NONE;
      const requirement =
        strength === Strength.NONE
          ? undefined
          : requirementOf(question, named, statement, resourcePolicyType(inputs));
      if (!requirement?.statement) return [];
      return [{ by: requirement.statement, path: isMet(requirement) ? [] : [requirement], strength }];
    });
}

const CONTEXT_KEYS = 'kms:encryptioncontextkeys';

/** What decides whether the constraint holds. */
function keysOfConstraint(grant: GrantTerms, { action, principal }: AccessRequest): string[] {
  const pairs = grant.encryptionContextEquals ?? grant.encryptionContextSubset;
  const ofContext = Object.keys(pairs ?? {}).map((name) => `kms:encryptioncontext:${name.toLowerCase()}`);
  return [
    ...(pairs && action !== 'kms:CreateGrant' ? [CONTEXT_KEYS, ...ofContext] : []),
    ...(grant.sourceArn !== undefined && principal.kind === 'service' ? ['aws:sourcearn'] : []),
  ];
}

function grantRequirement(
  { request, isOpen }: Question,
  grant: GrantTerms & { readonly grantId: string },
): Requirement | undefined {
  if (!keysOfConstraint(grant, request).some(isOpen)) {
    const { grantId } = grant;
    const met: Requirement = { conditions: [], tests: [], holds: () => true };
    return constraintHolds({ ...grant, grantId, grantee: '', issuingAccount: '' }, request) ? met : undefined;
  }
  return {
    conditions: [],
    tests: [],
    grant,
    holds: (asked) => constraintHolds({ ...grant, grantee: '', issuingAccount: '' }, asked),
  };
}

/** What the caller's side must add to an offer of the given strength; undefined: the resource need not speak. */
function settled(question: Question, strength: Strength, offer: Offer | undefined): Offer[] {
  const { inputs, request } = question;
  const isRoot = request.principal.kind === 'root';
  const offered = offer?.path ?? [];
  let found: Offer[];
  if (strength !== Strength.ACCOUNT) found = offer ? [offer] : [];
  else if (isRoot) found = [{ by: 'root', path: offered }];
  else {
    const own = allows(question, inputs.identity, 'identity-based policy');
    found = own.map(({ by, path }) => ({ by, path: [...offered, ...path] }));
  }
  if (strength === Strength.EXACT || isRoot) return found;
  const { boundary, session } = inputs;
  if (boundary) found = limited(found, allows(question, [boundary], 'permissions boundary'));
  if (session) found = limited(found, allows(question, session, 'session policy'));
  return found;
}

/** Those of the same origin that ask no more than another: unconditional ones first. */
function distinct(offers: readonly Offer[]): Offer[] {
  const byLength = [...offers].sort((a, b) => a.path.length - b.path.length);
  const kept: Offer[] = [];
  for (const offer of byLength.slice(0, MAX_POSSIBILITIES)) {
    const origin = originOf(offer.by);
    const isCovered = kept.some(
      ({ by, path }) =>
        originOf(by) === origin && path.every((requirement) => offer.path.includes(requirement)),
    );
    if (!isCovered) kept.push(offer);
  }
  return kept;
}

function originOf(by: AllowedBy): string {
  if (by === 'root') return by;
  return 'grantId' in by ? by.grantId : `${by.policyType} ${by.policyName} ${by.index}`;
}
