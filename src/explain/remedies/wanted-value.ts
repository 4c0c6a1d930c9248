/** The value with which a condition would hold, or a deny would not. */
import type { ConditionTrace } from '../../policy/trace.ts';

const hasWildcard = (value: string) => /[*?]/.test(value);

/** How far from its operand a number must lie. */
const NUMERIC_STEPS: Readonly<Record<string, number>> = { NumericGreaterThan: 1, NumericLessThan: -1 };

/** Undefined where there is none that can be given. */
export function wantedValue({ expected, resolved, operator }: ConditionTrace): string | undefined {
  if (/Not/.test(operator)) return undefined;
  const values = (resolved ?? expected).filter((value) => value !== null);
  const step = NUMERIC_STEPS[operator.replace('IfExists', '')];
  if (step !== undefined && values[0] !== undefined) return String(Number(values[0]) + step);
  return values.find((value) => !hasWildcard(value) && !value.includes('${'));
}

const OPPOSITES: Readonly<Record<string, string>> = {
  NumericGreaterThan: 'NumericLessThanEquals',
  NumericGreaterThanEquals: 'NumericLessThan',
  NumericLessThan: 'NumericGreaterThanEquals',
  NumericLessThanEquals: 'NumericGreaterThan',
};

/** What a deny asks for by its condition: `StringNotEquals X` asks for X, `Bool false` for true. */
export function spared(condition: ConditionTrace): ConditionTrace {
  const { key, expected } = condition;
  const operator = condition.operator.replace('IfExists', '');
  if (operator === 'Null' || operator === 'Bool') {
    return { ...condition, operator, expected: [expected[0] === 'true' ? 'false' : 'true'] };
  }
  if (operator.includes('Not')) return { ...condition, operator: operator.replace('Not', ''), expected };
  const opposite = OPPOSITES[operator];
  if (opposite) return { ...condition, operator: opposite };
  return { operator: 'StringNotEquals', key, expected, holds: false };
}
