/** Policies in normal form to closures, found by action. */
import { compileCondition, type RequestTest } from './conditions.ts';
import type { AccessRequest } from './decision.ts';
import type { TextMatcher } from './glob.ts';
import type { Policy, Statement } from './policy.ts';
import { compilePrincipals, type PrincipalTest } from './principals.ts';
import { compileActions, compileResources } from './resources.ts';

export interface CompiledStatement {
  readonly statement: Statement;
  readonly actions: TextMatcher;
  readonly principals: PrincipalTest | undefined;
  /** Undefined where the statement speaks of every resource. */
  readonly resource: RequestTest | undefined;
  /** In the order of `statement.conditions`. */
  readonly conditions: readonly RequestTest[];
}

/** The statements of one policy that speak of one action. */
export interface ActionStatements {
  readonly deny: readonly CompiledStatement[];
  readonly allow: readonly CompiledStatement[];
}

/** Actions come from the table of operations, but a simulation may ask for any text at all. */
const MAX_MEMOISED_ACTIONS = 256;

export class CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
  readonly #byAction = new Map<string, ActionStatements>();

  constructor(policy: Policy) {
    const variables = policy.version === '2012-10-17';
    this.statements = policy.statements.map((statement) => compileStatement(statement, variables));
  }

  forAction(action: string): ActionStatements {
    return this.#byAction.get(action) ?? this.#select(action);
  }

  #select(action: string): ActionStatements {
    const selected = this.statements.filter((statement) => statement.actions(action));
    const found = {
      deny: selected.filter(({ statement }) => statement.effect === 'Deny'),
      allow: selected.filter(({ statement }) => statement.effect === 'Allow'),
    };
    if (this.#byAction.size >= MAX_MEMOISED_ACTIONS) this.#byAction.clear();
    this.#byAction.set(action, found);
    return found;
  }
}

function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const context = { variables, effect: statement.effect };
  return {
    statement,
    actions: compileActions(statement.actions),
    principals: statement.principals && compilePrincipals(statement.principals, statement.effect),
    resource: compileResources(statement.resources, variables),
    conditions: statement.conditions.map((condition) => compileCondition(condition, context)),
  };
}

/** Whether resource and conditions of the statement fit the request. */
export function fits({ resource, conditions }: CompiledStatement, request: AccessRequest): boolean {
  if (resource !== undefined && !resource(request)) return false;
  for (const test of conditions) if (!test(request)) return false;
  return true;
}

const compiled = new WeakMap<Policy, CompiledPolicy>();

/** The policy's closures, made once for as long as the policy object lives. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const known = compiled.get(policy);
  if (known !== undefined) return known;
  const made = new CompiledPolicy(policy);
  compiled.set(policy, made);
  return made;
}
