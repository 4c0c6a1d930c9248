/**
 * Stands for `node:test` in files that run together: what a file declares is kept while the file is read, and declared within a
 * suite of its own afterwards. So its hooks are its own, and its tests run after those of the file before it.
 */
import testing from 'node:test';

type Declare = (...args: unknown[]) => unknown;

let kept: (() => unknown)[] | undefined;

/** What a file declares, to be declared when it is called. */
export async function declarationsOf(read: () => Promise<unknown>): Promise<() => void> {
  const declarations: (() => unknown)[] = [];
  kept = declarations;
  try {
    await read();
  } finally {
    kept = undefined;
  }
  return () => {
    for (const declare of declarations) declare();
  };
}

const later =
  (declare: Declare): Declare =>
  (...args) =>
    kept ? void kept.push(() => declare(...args)) : declare(...args);

export const test = later(testing.test as Declare);
export const describe = later(testing.describe as Declare);
export const before = later(testing.before as Declare);
export const after = later(testing.after as Declare);
export const beforeEach = later(testing.beforeEach as Declare);
export const afterEach = later(testing.afterEach as Declare);
export const { mock } = testing;
export default test;
