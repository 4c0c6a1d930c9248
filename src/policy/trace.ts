/**
 * Why a request was allowed or denied: every policy that takes part, every statement in it, and what kept the
 * statement from matching. Built on a denial or when asked for; plain data, ready for JSON.
 */
import { type CompiledStatement, compilePolicy } from './compile.ts';
import type {
  AccessRequest,
  Decision,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyType,
} from './decision.ts';
import { denialReason } from './denial-reason.ts';
import { decide, ofCaller, resourcePolicyType } from './evaluate.ts';
import { constraintHolds } from './grants.ts';
import { resolveParts } from './operands.ts';
import type { Effect, Statement } from './policy.ts';
import { granteeStrength, Strength } from './principals.ts';
import { shorterActionIn, speaksOfAction } from './resources.ts';
import { parseTemplate } from './template.ts';
import { UnknownReached } from './unknown-reached.ts';

export interface DecisionTrace {
  readonly decision: Decision;
  /** For a denial, the end of AWS's sentence. */
  readonly reason?: string;
  readonly action: string;
  readonly resource: string;
  /** In the order of evaluation; policies that take no part (none attached) are not listed. */
  readonly policies: readonly PolicyTrace[];
  readonly grants: readonly GrantTrace[];
}

export interface PolicyTrace {
  readonly policyType: PolicyType;
  readonly policyName: string;
  /** Organizations: 0 is the root. */
  readonly level?: number;
  /** `unknown` where the policy could not be read. */
  readonly outcome: 'explicit deny' | 'allow' | 'no match' | 'unknown';
  readonly statements: readonly StatementTrace[];
}

export interface StatementTrace {
  readonly index: number;
  readonly sid?: string;
  readonly line: number;
  readonly effect: Effect;
  readonly matched: boolean;
  /** Of a resource policy's statement whose Principal takes the caller in. */
  readonly principal?: 'account' | 'role' | 'exact';
  /** The first element, in this order, that kept the statement from matching. */
  readonly mismatch?: StatementElement | 'unknown';
  /** All that did: what has only one is a near miss. */
  readonly mismatches?: readonly StatementElement[];
  /** Its action of which the request's is a longer one (`kms:ReEncrypt`, `kms:ReEncryptFrom`), where nothing else is in the way. */
  readonly shorterAction?: string;
  /** What the statement says, where it speaks of the action. */
  readonly written?: Pick<Statement, 'actions' | 'principals' | 'resources'>;
  /** All conditions, where it speaks of the action. */
  readonly conditions?: readonly ConditionTrace[];
  /** Where its policy is not of Version 2012-10-17: what looks like variables in it, and is text. */
  readonly literals?: readonly string[];
}

export type StatementElement = 'action' | 'principal' | 'resource' | 'condition';

export interface ConditionTrace {
  /** As written: `ForAnyValue:StringLikeIfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly expected: readonly string[];
  /** The same with the request's values for policy variables; null where a variable has none. */
  readonly resolved?: readonly (string | null)[];
  /** Values that the request had; absent where it did not have the key. */
  readonly actual?: readonly string[];
  /** `unknown` where the value that the request had is. */
  readonly holds: boolean | 'unknown';
}

export interface GrantTrace {
  readonly grantId: string;
  readonly grantee: string;
  readonly matched: boolean;
  readonly mismatch?: 'grantee' | 'operation' | 'constraint';
}

export function explainDecision(inputs: PolicyInputs, asked: AccessRequest): DecisionTrace {
  const request = ofCaller(inputs, asked);
  const decision = decide(inputs, request);
  return {
    decision,
    ...(decision.allowed ? {} : { reason: denialReason(decision, request.action) }),
    action: request.action,
    resource: request.resource,
    policies: [...participants(inputs)].map(([policyType, policy, level]) =>
      tracePolicy(policyType, policy, level, request),
    ),
    grants: (inputs.grants ?? []).map((grant) => traceGrant(grant, request)),
  };
}

type Participant = readonly [PolicyType, NamedPolicy, level?: number];

function* participants(inputs: PolicyInputs): Generator<Participant> {
  yield* levels('service control policy', inputs.serviceControl);
  yield* levels('resource control policy', inputs.resourceControl);
  if (inputs.vpcEndpoint) yield ['VPC endpoint policy', inputs.vpcEndpoint];
  if (inputs.resourcePolicy) yield [resourcePolicyType(inputs), inputs.resourcePolicy];
  for (const policy of inputs.identity) yield ['identity-based policy', policy];
  if (inputs.boundary) yield ['permissions boundary', inputs.boundary];
  for (const policy of inputs.session ?? []) yield ['session policy', policy];
}

function* levels(type: PolicyType, list: PolicyInputs['serviceControl']): Generator<Participant> {
  for (const [level, policies] of (list ?? []).entries()) {
    for (const policy of policies) yield [type, policy, level];
  }
}

function tracePolicy(
  policyType: PolicyType,
  { policy, name }: NamedPolicy,
  level: number | undefined,
  request: AccessRequest,
): PolicyTrace {
  if (policy.missing) {
    return {
      policyType,
      policyName: name,
      ...(level === undefined ? {} : { level }),
      outcome: 'unknown',
      statements: [],
    };
  }
  const compiled = compilePolicy(policy);
  const statements = policy.statements.map((statement) =>
    traceStatement(compiled.compiled(statement), request, policy.version === '2012-10-17'),
  );
  const effects = new Set(statements.filter(({ matched }) => matched).map(({ effect }) => effect));
  return {
    policyType,
    policyName: name,
    ...(level === undefined ? {} : { level }),
    outcome: effects.has('Deny') ? 'explicit deny' : effects.has('Allow') ? 'allow' : 'no match',
    statements,
  };
}

const STRENGTH_NAMES = {
  [Strength.ACCOUNT]: 'account',
  [Strength.ROLE]: 'role',
  [Strength.EXACT]: 'exact',
} as const;

function traceStatement(
  compiled: CompiledStatement,
  request: AccessRequest,
  hasVariables: boolean,
): StatementTrace {
  const { index, sid, line, effect } = compiled.statement;
  const strength = compiled.principals?.(request);
  const isNamed = strength !== undefined && strength !== Strength.NONE;
  const about = {
    index,
    ...(sid === undefined ? {} : { sid }),
    line,
    effect,
    ...(isNamed ? { principal: STRENGTH_NAMES[strength] } : {}),
  };
  const ofAction = speaksOfAction(compiled.statement, request.action);
  const shorterAction = ofAction ? undefined : shorterActionIn(compiled.statement, request.action);
  const otherAction = { ...about, matched: false, mismatch: 'action', mismatches: ['action'] } as const;
  if (!ofAction && !shorterAction) return otherAction;
  const ofResource = orUnknown(() => compiled.resource?.(request) ?? true);
  const conditions = traceConditions(compiled, request, hasVariables);
  const truths = [ofResource, ...conditions.map(({ holds }) => holds)];
  if (shorterAction) {
    const isNear = strength !== Strength.NONE && truths.every((truth) => truth === true);
    return isNear ? { ...otherAction, shorterAction } : otherAction;
  }
  const mismatches: StatementElement[] = [
    ...(strength === Strength.NONE ? (['principal'] as const) : []),
    ...(ofResource === false ? (['resource'] as const) : []),
    ...(conditions.some(({ holds }) => holds === false) ? (['condition'] as const) : []),
  ];
  const mismatch = mismatches[0] ?? (truths.includes('unknown') ? 'unknown' : undefined);
  const { actions, principals, resources } = compiled.statement;
  const literals = hasVariables ? [] : variablesIn([...(resources?.patterns ?? []), ...valuesOf(conditions)]);
  return {
    ...about,
    matched: mismatch === undefined,
    ...(mismatch && { mismatch, mismatches }),
    written: { actions, ...(principals && { principals }), ...(resources && { resources }) },
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(literals.length > 0 && { literals }),
  };
}

const valuesOf = (conditions: readonly ConditionTrace[]): string[] =>
  conditions.flatMap(({ expected }) => expected);

const variablesIn = (texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => text.match(/\$\{[^}]*\}/g) ?? [])),
];

function orUnknown<T>(ask: () => T): T | 'unknown' {
  try {
    return ask();
  } catch (error) {
    if (error instanceof UnknownReached) return 'unknown';
    throw error;
  }
}

function traceConditions(
  { statement, conditions }: CompiledStatement,
  request: AccessRequest,
  hasVariables: boolean,
): ConditionTrace[] {
  return statement.conditions.map(({ operator, set, ifExists, key, values }, i) => {
    const actual = orUnknown(() => request.condition(key.toLowerCase()));
    return {
      operator: `${set === undefined ? '' : `${set}:`}${operator}${ifExists ? 'IfExists' : ''}`,
      key,
      expected: values,
      ...(hasVariables &&
        values.some((value) => value.includes('${')) && {
          resolved: values.map((value) => withValues(value, request)),
        }),
      ...(actual === undefined || actual === 'unknown' ? {} : { actual }),
      holds: orUnknown(() => conditions[i]?.(request) ?? false),
    };
  });
}

/** The text with the request's values for its variables; null where one has none. */
function withValues(text: string, request: AccessRequest): string | null {
  const parts = parseTemplate(text, { variables: true, wildcards: false });
  const resolved = orUnknown(() => parts && resolveParts(parts, request));
  return Array.isArray(resolved) ? resolved.join('') : null;
}

function traceGrant(grant: PolicyGrant, request: AccessRequest): GrantTrace {
  const about = { grantId: grant.grantId, grantee: grant.grantee };
  if (granteeStrength(grant.grantee, request.principal) === Strength.NONE) {
    return { ...about, matched: false, mismatch: 'grantee' };
  }
  if (!grant.actions.includes(request.action)) return { ...about, matched: false, mismatch: 'operation' };
  if (orUnknown(() => constraintHolds(grant, request)) !== true)
    return { ...about, matched: false, mismatch: 'constraint' };
  return { ...about, matched: true };
}
