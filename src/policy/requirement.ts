/** What a statement asks of condition keys that are left open, for possibilities.ts. */
import type { CompiledStatement } from './compile.ts';
import type { AccessRequest, GrantTerms, NamedPolicy, PolicyType, StatementReference } from './decision.ts';
import type { Condition } from './policy.ts';
import { parseTemplate } from './template.ts';
import type { Values } from './witness-values.ts';

export type IsOpen = (lowerCaseKey: string) => boolean;

/** All the values that an open key may have, absence among them where it may be absent; undefined where they cannot be listed. */
export type ValuesOf = (lowerCaseKey: string) => readonly Values[] | undefined;

export type Test = (request: AccessRequest) => boolean;

/** What one statement, or the constraint of a grant, asks of the open keys. */
export interface Requirement {
  /** Undefined for a grant's constraint. */
  readonly statement?: StatementReference;
  readonly conditions: readonly Condition[];
  /** Of each condition, whether a request meets it. */
  readonly tests: readonly Test[];
  /** Where the statement's resources have variables that are open: whether they include the request's, and as written. */
  readonly resource?: { readonly test: Test; readonly patterns: readonly string[] };
  /** Set for a grant. */
  readonly grant?: GrantTerms & { readonly grantId: string };
  holds(request: AccessRequest): boolean;
}

interface Question {
  readonly request: AccessRequest;
  readonly isOpen: IsOpen;
  readonly valuesOf: ValuesOf;
}

export const isMet = ({ conditions, resource, grant }: Requirement): boolean =>
  conditions.length === 0 && !resource && !grant;

/** What the statement asks of the open keys; undefined where it does not fit, whatever they are. */
export function requirementOf(
  question: Question,
  { name }: NamedPolicy,
  { statement, resource, conditions: tests }: CompiledStatement,
  policyType: PolicyType,
): Requirement | undefined {
  const { request, isOpen } = question;
  const dependsOnOpen = (text: string): boolean => hasOpenVariable(text, isOpen);
  const patterns = statement.resources?.patterns ?? [];
  const openResource =
    resource !== undefined && patterns.some(dependsOnOpen) ? { test: resource, patterns } : undefined;
  if (resource !== undefined && !openResource && !resource(request)) return undefined;
  const conditions: Condition[] = [];
  const open: Test[] = [];
  for (const [at, condition] of statement.conditions.entries()) {
    const test = tests[at];
    if (isOpen(condition.key.toLowerCase()) || condition.values.some(dependsOnOpen)) {
      if (!test) continue;
      const answer = answerToAll(question, condition.key.toLowerCase(), test);
      if (answer === false) return undefined;
      if (answer) continue;
      conditions.push(condition);
      open.push(test);
    } else if (!test?.(request)) return undefined;
  }
  const { index, sid, line } = statement;
  return {
    statement: { policyType, policyName: name, index, ...(sid === undefined ? {} : { sid }), line },
    conditions,
    tests: open,
    ...(openResource && { resource: openResource }),
    holds: (asked) => (openResource?.test(asked) ?? true) && open.every((test) => test(asked)),
  };
}

/** Whether a condition on the key holds, or does not, whichever of its values the key has; undefined where that depends on it. */
function answerToAll({ request, valuesOf }: Question, key: string, test: Test): boolean | undefined {
  const [first, ...others] = (valuesOf(key) ?? []).map((values) =>
    test({ ...request, condition: (asked) => (asked === key ? values : request.condition(asked)) }),
  );
  return others.every((answer) => answer === first) ? first : undefined;
}

function hasOpenVariable(text: string, isOpen: IsOpen): boolean {
  if (!text.includes('${')) return false;
  const parts = parseTemplate(text, { variables: true, wildcards: false });
  return parts?.some((part) => typeof part === 'object' && isOpen(part.key)) ?? false;
}
