/** What an evaluation may come to: however functions are nested, it ends, and what it gives can be held. */
import { validationError } from '../cloudformation.ts';

/** What a function gives may be as long as the longest template. */
const MAX_TEXT_CHARS = 1_048_576;
/** Values looked at in one evaluation: far more than a template of the greatest size has. */
const MAX_STEPS = 2_000_000;

interface Size {
  readonly values: number;
  readonly chars: number;
  /** The characters of the longest text. */
  readonly longest: number;
}

/** Of lists, which are asked for again and again. */
const sizes = new WeakMap<object, Size>();

function sizeOf(given: unknown): Size {
  if (!Array.isArray(given)) {
    const chars = typeof given === 'string' ? given.length : 0;
    return { values: 1, chars, longest: chars };
  }
  const known = sizes.get(given);
  if (known) return known;
  const lengths = given.map((each) => (typeof each === 'string' ? each.length : 0));
  const chars = lengths.reduce((sum, length) => sum + length, 0);
  const size = { values: given.length, chars, longest: lengths.reduce((a, b) => Math.max(a, b), 0) };
  sizes.set(given, size);
  return size;
}

export class EvaluationBounds {
  #steps = 0;
  #chars = 0;

  /** Before a text of so many characters is put together. */
  requireRoom(chars: number): void {
    if (chars <= MAX_TEXT_CHARS && this.#chars + chars <= 8 * MAX_TEXT_CHARS) return;
    throw validationError(
      `Template error: what a function comes to is longer than ${MAX_TEXT_CHARS} characters`,
    );
  }

  /** What a function gives: what is long in a mapping or a parameter may be asked for in many places. */
  counted<T>(given: T): T {
    const { values, longest, chars } = sizeOf(given);
    this.count(values);
    this.requireRoom(longest);
    this.#chars += chars;
    return given;
  }

  count(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= MAX_STEPS) return;
    throw validationError('Template error: the functions of the template come to too many values');
  }
}
