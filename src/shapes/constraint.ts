/** The constraints of a single shape: how to test them, and how AWS words them. */
import type { Shape } from './shape.ts';

export interface Constraint {
  /** AWS's words, as in `Member must have length greater than or equal to 1`. */
  readonly wording: string;
  holds(value: never): boolean;
}

interface Constrained {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** Longer text is not matched against patterns: no field is that long and valid, and matching costs time. */
const MAX_MATCHED_LENGTH = 100_000;

const NUMBERS = new Set(['integer', 'long', 'float', 'double']);

export function constraintsOf(shape: Shape): readonly Constraint[] {
  const { min, max, pattern, enum: values } = shape as Constrained;
  if (values) return [enumConstraint(values)];
  if (NUMBERS.has(shape.type)) return numberConstraints(min, max);
  const constraints = shape.type === 'map' ? sizeConstraints(min, max) : lengthConstraints(min, max);
  return pattern === undefined ? constraints : [...constraints, patternConstraint(pattern)];
}

function enumConstraint(values: readonly string[]): Constraint {
  const set: ReadonlySet<string> = new Set(values);
  return {
    wording: `Member must satisfy enum value set: [${values.join(', ')}]`,
    holds: (value: string) => set.has(value),
  };
}

function numberConstraints(min: number | undefined, max: number | undefined): Constraint[] {
  return bounds(min, max, 'value', (value: number) => value);
}

function lengthConstraints(min: number | undefined, max: number | undefined): Constraint[] {
  return bounds(min, max, 'length', (value: { length: number }) => value.length);
}

function sizeConstraints(min: number | undefined, max: number | undefined): Constraint[] {
  return bounds(min, max, 'length', (value: object) => Object.keys(value).length);
}

function bounds<T>(
  min: number | undefined,
  max: number | undefined,
  noun: string,
  measure: (value: T) => number,
): Constraint[] {
  const constraints: { wording: string; holds(value: T): boolean }[] = [];
  if (max !== undefined) {
    const wording = `Member must have ${noun} less than or equal to ${max}`;
    constraints.push({ wording, holds: (value) => measure(value) <= max });
  }
  if (min !== undefined) {
    const wording = `Member must have ${noun} greater than or equal to ${min}`;
    constraints.push({ wording, holds: (value) => measure(value) >= min });
  }
  return constraints;
}

function patternConstraint(pattern: string): Constraint {
  const expression = compilePattern(pattern);
  return {
    wording: `Member must satisfy regular expression pattern: ${pattern}`,
    holds: (value: string) => value.length <= MAX_MATCHED_LENGTH && expression.test(value),
  };
}

/** The models' patterns are Java's, and the whole value must match. */
export function compilePattern(pattern: string): RegExp {
  const dotAll = pattern.startsWith('(?s)');
  const source = `^(?:${dotAll ? pattern.slice('(?s)'.length) : pattern})$`;
  try {
    return new RegExp(source, dotAll ? 'su' : 'u');
  } catch {
    // Java lets any character be escaped; in JavaScript only an expression without the `u` flag does.
    return new RegExp(source, dotAll ? 's' : '');
  }
}
