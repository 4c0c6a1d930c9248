/**
 * The Rules section: assertions about the parameters that are given
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html).
 */
import { validationError } from '../cloudformation.ts';
import type { RuleDefinition } from './definition.ts';
import { evaluateCondition, type Resolver } from './functions.ts';
import { isObject, type Json, type JsonObject, valuesOf } from './json.ts';

/** They look at what exists in the account. */
const UNSERVED = /^Fn::(RefAll|ValueOf|ValueOfAll)$/;

export const unservedFunctions = (rules: Json): string[] =>
  [...valuesOf(rules)]
    .flatMap((value) => (isObject(value) ? Object.keys(value) : []))
    .filter((name) => UNSERVED.test(name))
    .map((name) => `the function ${name}`);

const malformed = (name: string) => validationError(`Template format error: Rule ${name} is malformed.`);

export function readRule(member: JsonObject, name: string): RuleDefinition {
  const { RuleCondition: condition, Assertions: assertions, ...others } = member;
  if (!Array.isArray(assertions) || Object.keys(others).length > 0) throw malformed(name);
  return {
    condition,
    assertions: assertions.map((assertion) => {
      if (!isObject(assertion) || assertion.Assert === undefined) throw malformed(name);
      const { Assert, AssertDescription } = assertion;
      return {
        assert: Assert,
        description: AssertDescription === undefined ? undefined : String(AssertDescription),
      };
    }),
  };
}

/** Throws for the first assertion that does not hold. */
export function requireRules(rules: Readonly<Record<string, RuleDefinition>>, resolver: Resolver): void {
  const holds = (condition: Json) => evaluateCondition(condition, resolver);
  for (const [name, { condition, assertions }] of Object.entries(rules)) {
    if (condition !== undefined && !holds(condition)) continue;
    const broken = assertions.find(({ assert }) => !holds(assert));
    if (!broken) continue;
    throw validationError(
      `Template error: Rule ${name} failed: ${broken.description ?? 'one of its assertions is not satisfied.'}`,
    );
  }
}
