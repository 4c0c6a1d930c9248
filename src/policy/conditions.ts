/** Condition blocks to closures: everything that the policy text settles is settled here, once. */
import type { AccessRequest } from './decision.ts';
import { compileValueTest, type PolicyContext } from './operands.ts';
import { isListKey, OPERATORS } from './operators.ts';
import type { Condition } from './policy.ts';

export type RequestTest = (request: AccessRequest) => boolean;

/** The rule for a missing key, a list or a set operator is fixed here; the comparison itself is in operands.ts. */
export function compileCondition(condition: Condition, context: PolicyContext): RequestTest {
  const operator = OPERATORS.get(condition.operator);
  const key = condition.key.toLowerCase();
  // The parser refuses unknown operators; a normal form from elsewhere fails closed.
  if (operator === undefined) return () => context.effect === 'Deny';
  if (operator.family === 'null') return compileNull(key, condition.values);
  const test = compileValueTest(operator, condition.values, context);
  const { ifExists } = condition;
  if (condition.set === 'ForAllValues') {
    return (request) => {
      const values = request.condition(key);
      if (values === undefined) return true;
      for (const value of values) if (!test(value, request)) return false;
      return true;
    };
  }
  if (condition.set === 'ForAnyValue') {
    return (request) => {
      const values = request.condition(key);
      if (values === undefined) return ifExists;
      for (const value of values) if (test(value, request)) return true;
      return false;
    };
  }
  const whenMissing = ifExists || operator.negated;
  // A list never satisfies a scalar operator, be it negated or IfExists.
  if (isListKey(key)) return (request) => request.condition(key) === undefined && whenMissing;
  return (request) => {
    const values = request.condition(key);
    if (values === undefined) return whenMissing;
    return values.length === 1 && test(values[0] as string, request);
  };
}

/** `Null: true` asks that the key be absent. */
function compileNull(key: string, operands: readonly string[]): RequestTest {
  const whenAbsent = operands.some((operand) => operand.toLowerCase() === 'true');
  const whenPresent = operands.some((operand) => operand.toLowerCase() === 'false');
  return (request) => (request.condition(key) === undefined ? whenAbsent : whenPresent);
}
