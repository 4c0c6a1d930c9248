/** What a rule lets pass, and why: an exception that nothing needs any more fails too, so the lists only shrink. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const lists = JSON.parse(
  readFileSync(new URL('../tidy-exceptions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * `found` names what breaks a rule, each with what is wrong and what to do instead. Those that the rule's list in
 * tidy-exceptions.json names pass.
 */
export function assertOnlyExceptions(rule: string, found: ReadonlyMap<string, string>): void {
  const allowed = lists[rule] ?? {};
  const wrong = [...found].filter(([name]) => !Object.hasOwn(allowed, name));
  const stale = Object.keys(allowed).filter((name) => !found.has(name));
  assert.deepEqual(
    [
      ...wrong.map(([name, what]) => `${name}: ${what}`),
      ...stale.map((name) => `${name}: no longer an exception; take it out of tidy-exceptions.json`),
    ],
    [],
  );
}
