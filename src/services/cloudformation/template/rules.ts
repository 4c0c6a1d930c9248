/**
 * The Rules section: assertions about the parameters that are given
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html).
 */
import { asText } from '../../../aws/as-text.ts';
import type { Call } from '../../../invoke/context.ts';
import { validationError } from '../cloudformation.ts';
import { knownByParameters } from './decidable.ts';
import type { RuleDefinition } from './definition.ts';
import { evaluateCondition } from './functions.ts';
import type { TemplateInstance } from './instance.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { ParameterValues } from './parameters.ts';
import { withRuleFacts } from './rule-facts.ts';

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
        description: AssertDescription === undefined ? undefined : asText(AssertDescription),
      };
    }),
  };
}

/** Throws for the first assertion of a stack's parameters that does not hold. */
export async function requireRules(
  call: Call,
  instance: TemplateInstance,
  values: ParameterValues,
): Promise<void> {
  const { template } = instance;
  const resolver = knownByParameters(instance);
  const holds = async (condition: Json) =>
    evaluateCondition(await withRuleFacts(call, template, values, condition), resolver);
  for (const [name, { condition, assertions }] of Object.entries(template.rules)) {
    if (condition !== undefined && !(await holds(condition))) continue;
    for (const { assert, description = 'one of its assertions is not satisfied.' } of assertions) {
      if (await holds(assert)) continue;
      throw validationError(`Template error: Rule ${name} failed: ${description}`);
    }
  }
}
