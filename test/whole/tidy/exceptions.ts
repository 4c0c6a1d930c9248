/** What a rule lets pass, and why: an exception that nothing needs any more fails too, so the lists only shrink. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

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
  if (process.env.TIDY_WRITE) {
    const path = new URL('../tidy-exceptions.json', import.meta.url);
    const all = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, string>>;
    const mine: Record<string, string> = {};
    for (const name of [...found.keys()].sort()) mine[name] = all[rule]?.[name] ?? 'being mended';
    all[rule] = mine;
    writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const stale = Object.keys(allowed).filter((name) => !found.has(name) && allowed[name] !== 'being mended');
  assert.deepEqual(
    [
      ...wrong.map(([name, what]) => `${name}: ${what}`),
      ...stale.map((name) => `${name}: no longer an exception; take it out of tidy-exceptions.json`),
    ],
    [],
  );
}
