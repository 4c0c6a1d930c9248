/**
 * What AWS's sentence about a denial says of what nobody knows of the call. AWS names a statement that denies before a policy that
 * lacks an allow, and one kind of policy alone (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html):
 * where one lacks an allow nothing denied the call, and what is looked at before it allowed it.
 */
import { type CompiledStatement, compilePolicy } from './compile.ts';
import type { AccessRequest, NamedPolicy, PolicyInputs, PolicyType } from './decision.ts';
import { ofCaller } from './evaluate.ts';
import { constraintHolds } from './grants.ts';
import type { Missing, Statement } from './policy.ts';
import { Strength } from './principals.ts';
import { rootArn } from './root-user.ts';
import { Truths } from './truth.ts';
import { takenToAllow, unconditional } from './unknown.ts';

/** In which a lack is noticed (evaluate.ts). */
const ORDER: readonly PolicyType[] = [
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
  'resource-based policy',
  'identity-based policy',
  'permissions boundary',
  'session policy',
];

const rank = (type: PolicyType): number =>
  ORDER.indexOf(type === 'role trust policy' ? 'resource-based policy' : type);

/**
 * The inputs as they are where AWS says that no policy of that kind allows the call: no statement denies it whose condition is not
 * known, and those of the kinds before that may allow it do. `provided`: what was not read, and is taken to allow it.
 */
export function lackingAllow(
  inputs: PolicyInputs,
  asked: AccessRequest,
  lacking: PolicyType,
): { readonly inputs: PolicyInputs; readonly provided: readonly Missing[] } {
  const request = ofCaller(inputs, asked);
  const provided: Missing[] = [];
  const truths = new Truths(request);
  const settled = (type: PolicyType, named: NamedPolicy): NamedPolicy => {
    const place = rank(type) - rank(lacking);
    if (named.policy.missing) {
      if (place === 0) return named;
      provided.push(named.policy.missing);
      return type === 'resource-based policy' ? leftToAccount(named, request) : takenToAllow(named);
    }
    return withStatements(named, request, truths, (compiled) => {
      const { statement } = compiled;
      if (statement.effect === 'Deny') return never(statement);
      // That it does not hold is known, and not what was asked for in its place.
      if (place >= 0) return statement;
      return type === 'resource-based policy' && isEnough(compiled, request, lacking)
        ? never(statement)
        : unconditional(statement);
    });
  };
  const isUnread = ({ policy }: NamedPolicy) => policy.missing !== undefined;
  const isIdentity = lacking === 'identity-based policy';
  const { grants, identity } = inputs;
  const known: PolicyInputs = {
    ...inputs,
    // What was not read of these does not allow it either.
    identity: isIdentity ? identity.filter((named) => !isUnread(named)) : identity,
    grants: grants?.filter((grant) => truths.attempt(() => constraintHolds(grant, request)) !== 'unknown'),
    unknownGrants: undefined,
  };
  return { inputs: eachPolicy(known, settled), provided };
}

/** Whom a resource's policy names for himself needs nothing else, and a role no policy of its own. */
function isEnough({ principals }: CompiledStatement, request: AccessRequest, lacking: PolicyType): boolean {
  const strength = principals?.(request);
  return strength === Strength.EXACT || (strength === Strength.ROLE && lacking === 'identity-based policy');
}

/** What could not be read of a resource, taken to leave it to the caller's account. */
function leftToAccount(named: NamedPolicy, { principal }: AccessRequest): NamedPolicy {
  return takenToAllow(named, 'account' in principal ? rootArn(principal.account) : undefined);
}

/** Statements of policies of that kind that may deny the call, for all that is known of it. */
export function openDenies(inputs: PolicyInputs, asked: AccessRequest, denying: PolicyType): Statement[] {
  const request = ofCaller(inputs, asked);
  const open: Statement[] = [];
  const truths = new Truths(request);
  eachPolicy(inputs, (type, named) => {
    if (rank(type) !== rank(denying) || named.policy.missing) return named;
    return withStatements(named, request, truths, ({ statement }) => {
      if (statement.effect === 'Deny') open.push(statement);
      return statement;
    });
  });
  return open;
}

/** `change`: of each statement that may be about the call, and of which it is not known whether it fits it. */
function withStatements(
  { name, policy }: NamedPolicy,
  request: AccessRequest,
  truths: Truths,
  change: (compiled: CompiledStatement) => Statement,
): NamedPolicy {
  const { deny, allow } = compilePolicy(policy).forAction(request.action);
  const changed = new Map<Statement, Statement>();
  for (const compiled of [...deny, ...allow]) {
    const isOthers = compiled.principals?.(request) === Strength.NONE;
    if (!isOthers && truths.of(compiled, policy.version === '2012-10-17') === 'unknown')
      changed.set(compiled.statement, change(compiled));
  }
  if (changed.size === 0) return { name, policy };
  const statements = policy.statements.map((statement) => changed.get(statement) ?? statement);
  return { name, policy: { ...policy, statements } };
}

/** Where it stands, so that the others keep their places. */
const never = (statement: Statement): Statement => ({ ...statement, actions: { not: false, patterns: [] } });

function eachPolicy(
  inputs: PolicyInputs,
  settled: (type: PolicyType, named: NamedPolicy) => NamedPolicy,
): PolicyInputs {
  const { boundary, vpcEndpoint, resourcePolicy } = inputs;
  const all = (type: PolicyType) => (named: NamedPolicy) => settled(type, named);
  const levels = (type: PolicyType, given: PolicyInputs['serviceControl']) =>
    given?.map((level) => level.map(all(type)));
  return {
    ...inputs,
    serviceControl: levels('service control policy', inputs.serviceControl),
    resourceControl: levels('resource control policy', inputs.resourceControl),
    vpcEndpoint: vpcEndpoint && settled('VPC endpoint policy', vpcEndpoint),
    resourcePolicy: resourcePolicy && settled('resource-based policy', resourcePolicy),
    identity: inputs.identity.map(all('identity-based policy')),
    boundary: boundary && settled('permissions boundary', boundary),
    session: inputs.session?.map(all('session policy')),
  };
}
