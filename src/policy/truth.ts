/** Whether a statement fits a request of which not everything is known: the third truth value (unknown.ts). */
import type { CompiledStatement } from './compile.ts';
import type { AccessRequest } from './decision.ts';
import type { Missing, Statement } from './policy.ts';
import { compileResources } from './resources.ts';
import { UnknownReached } from './unknown-reached.ts';

export type Truth = boolean | 'unknown';

export class Truths {
  readonly #request: AccessRequest;
  readonly #note: (missing: Missing) => void;

  /** `note`: hears of what is not known, as it is asked for. */
  constructor(request: AccessRequest, note: (missing: Missing) => void = () => undefined) {
    this.#request = request;
    this.#note = note;
  }

  /** All conditions are looked at: one that fails settles it, whatever stands before it. */
  of({ statement, resource, conditions }: CompiledStatement, variables: boolean): Truth {
    const tests = conditions.map(
      (test, at) => () => this.attempt(() => test(this.#request), statement.conditions[at]?.key),
    );
    let truth: Truth = true;
    for (const test of resource ? [() => this.#ofResource(statement, variables), ...tests] : tests) {
      const each = test();
      if (each === false) return false;
      if (each === 'unknown') truth = each;
    }
    return truth;
  }

  /** One pattern that matches is enough, whatever the others are. */
  #ofResource(statement: Statement, variables: boolean): Truth {
    const { not = false, patterns = [] } = statement.resources ?? {};
    const truths = patterns.map((pattern) => {
      const alone = compileResources({ ...statement, resources: { not, patterns: [pattern] } }, variables);
      return this.attempt(() => alone?.(this.#request) ?? true);
    });
    // A NotResource matches where none of its patterns does.
    if (truths.includes(!not)) return !not;
    return truths.includes('unknown') ? 'unknown' : not;
  }

  /** `key`: of the condition, as it is written. */
  attempt(test: () => boolean, key?: string): Truth {
    try {
      return test();
    } catch (error) {
      if (!(error instanceof UnknownReached)) throw error;
      const { missing } = error;
      this.#note(key && missing.name === key.toLowerCase() ? { ...missing, name: key } : missing);
      return 'unknown';
    }
  }
}
