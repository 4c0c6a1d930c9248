/** Policies in normal form to closures, found by action. */
import { compileCondition, type RequestTest } from './conditions.ts';
import type { AccessRequest } from './decision.ts';
import type { Policy, Statement } from './policy.ts';
import { compilePrincipals, type PrincipalTest } from './principals.ts';
import { compileResources, speaksOfAction } from './resources.ts';
import { UnknownReached } from './unknown-reached.ts';

export interface CompiledStatement {
  readonly statement: Statement;
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

const NOTHING: ActionStatements = { deny: [], allow: [] };

/** A policy's closures. A statement is compiled when an action that it speaks of is first asked for. */
class CompiledPolicy {
  readonly #policy: Policy;
  readonly #statements: (CompiledStatement | undefined)[] = [];
  readonly #byAction = new Map<string, ActionStatements>();
  // A decision asks twice, for denials and for allows.
  #lastAction = '';
  #lastFound = NOTHING;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  forAction(action: string): ActionStatements {
    if (action !== this.#lastAction) {
      this.#lastFound = this.#byAction.get(action) ?? this.#select(action);
      this.#lastAction = action;
    }
    return this.#lastFound;
  }

  compiled(statement: Statement): CompiledStatement {
    const { index } = statement;
    const made =
      this.#statements[index] ?? compileStatement(statement, this.#policy.version === '2012-10-17');
    this.#statements[index] = made;
    return made;
  }

  #select(action: string): ActionStatements {
    if (this.#policy.missing) throw new UnknownReached(this.#policy.missing);
    const selected = this.#policy.statements.filter((statement) => speaksOfAction(statement, action));
    const of = (effect: Statement['effect']) =>
      selected
        .filter((statement) => statement.effect === effect)
        .map((statement) => this.compiled(statement));
    const found = selected.length === 0 ? NOTHING : { deny: of('Deny'), allow: of('Allow') };
    if (this.#byAction.size >= MAX_MEMOISED_ACTIONS) this.#byAction.clear();
    this.#byAction.set(action, found);
    return found;
  }
}

const NO_TESTS: readonly RequestTest[] = [];

function compileStatement(statement: Statement, variables: boolean): CompiledStatement {
  const context = { variables, effect: statement.effect };
  const { conditions } = statement;
  return {
    statement,
    principals: statement.principals && compilePrincipals(statement.principals, statement.effect),
    resource: compileResources(statement, variables),
    conditions:
      conditions.length === 0
        ? NO_TESTS
        : conditions.map((condition) => compileCondition(condition, context)),
  };
}

/** Whether resource and conditions of the statement fit the request. */
export function fits({ resource, conditions }: CompiledStatement, request: AccessRequest): boolean {
  if (resource !== undefined && !resource(request)) return false;
  for (const test of conditions) if (!test(request)) return false;
  return true;
}

const COMPILED = Symbol('compiled');

/**
 * The policy's closures, made once for as long as the policy object lives. They hang on the object itself, which
 * costs a fifth of a WeakMap's look-up; not enumerable, so that a copy of the policy does not inherit them.
 */
export function compilePolicy(policy: Policy & { readonly [COMPILED]?: CompiledPolicy }): CompiledPolicy {
  const known = policy[COMPILED];
  if (known !== undefined) return known;
  const made = new CompiledPolicy(policy);
  Object.defineProperty(policy, COMPILED, { value: made, enumerable: false });
  return made;
}
