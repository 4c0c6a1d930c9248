/**
 * Stands for `node:test` while faults are tried: the tests of a file are kept, to be run one by one, as often as is asked.
 * It has what the project's tests use.
 */
type Hook = () => unknown;
type Body = (context: Context) => unknown;
interface Options {
  readonly skip?: boolean | string;
  readonly timeout?: number;
}

export interface Suite {
  readonly parent?: Suite;
  readonly before: Hook[];
  readonly after: Hook[];
  readonly beforeEach: Body[];
  readonly afterEach: Hook[];
}

export interface Test {
  readonly name: string;
  readonly suite: Suite;
  readonly body: Body;
}

interface Context {
  readonly name: string;
  readonly signal: AbortSignal;
  after(hook: Hook): void;
  skip(): void;
  diagnostic(message: string): void;
  readonly mock: {
    /** In place of the object's own, until the test ends. */
    method(object: object, name: string, replacement: Body): void;
  };
}

const newSuite = (parent?: Suite): Suite => ({
  parent,
  before: [],
  after: [],
  beforeEach: [],
  afterEach: [],
});
let current = newSuite();
let collected: Test[] = [];
const pending: Promise<unknown>[] = [];

/** The tests that a file declares. */
export async function collect(load: () => Promise<unknown>): Promise<readonly Test[]> {
  current = newSuite();
  collected = [];
  await load();
  await Promise.all(pending.splice(0));
  return collected;
}

const argumentsOf = (rest: readonly unknown[]) => ({
  options: (rest.find((each) => typeof each === 'object') ?? {}) as Options,
  body: rest.find((each) => typeof each === 'function') as Body | undefined,
});

export function test(name: string, ...rest: unknown[]): Promise<void> {
  const { options, body } = argumentsOf(rest);
  if (body && !options.skip) collected.push({ name, suite: current, body });
  return Promise.resolve();
}

export function describe(_name: string, ...rest: unknown[]): void {
  const { options, body } = argumentsOf(rest);
  if (!body || options.skip) return;
  const outer = current;
  current = newSuite(outer);
  try {
    const made = body(undefined as never);
    if (made instanceof Promise) pending.push(made);
  } finally {
    current = outer;
  }
}
export const it = test;
export const suite = describe;
export const before = (hook: Hook) => void current.before.push(hook);
export const after = (hook: Hook) => void current.after.push(hook);
export const beforeEach = (hook: Body) => void current.beforeEach.push(hook);
export const afterEach = (hook: Hook) => void current.afterEach.push(hook);
export default test;

export function rootOf(of: Suite): Suite {
  return of.parent ? rootOf(of.parent) : of;
}

export function pathOf(of: Suite): Suite[] {
  return of.parent ? [...pathOf(of.parent), of] : [of];
}

/** Runs tests of one file; suites are opened before their first test and closed after their last one. */
export class Run {
  readonly #open: Suite[] = [];

  /** Opens the suites that a test is in, the outermost first, and gives each once its hooks are done; others are closed before. */
  async *opening({ suite: of }: Test): AsyncGenerator<Suite> {
    const path = pathOf(of);
    while (this.#open.length > 0 && !path.includes(this.#open.at(-1) as Suite)) await this.#closeLast();
    for (const each of path.slice(this.#open.length)) {
      this.#open.push(each);
      for (const hook of each.before) await hook();
      yield each;
    }
  }

  async run(test: Test): Promise<void> {
    const { name, suite: of, body } = test;
    const path = pathOf(of);
    for await (const _ of this.opening(test));
    const hooks: Hook[] = [];
    const context: Context = {
      name,
      signal: new AbortController().signal,
      after: (hook) => void hooks.push(hook),
      skip: () => undefined,
      diagnostic: () => undefined,
      mock: {
        method(object, name, replacement) {
          const own = Object.getOwnPropertyDescriptor(object, name);
          Object.defineProperty(object, name, { configurable: true, writable: true, value: replacement });
          hooks.push(() =>
            own ? Object.defineProperty(object, name, own) : Reflect.deleteProperty(object, name),
          );
        },
      },
    };
    for (const each of path) for (const hook of each.beforeEach) await hook(context);
    try {
      await body(context);
    } finally {
      await all([...hooks, ...path.toReversed().flatMap(({ afterEach: ends }) => ends)]);
    }
  }

  async close(): Promise<void> {
    while (this.#open.length > 0) await this.#closeLast();
  }

  async #closeLast(): Promise<void> {
    await all(this.#open.pop()?.after ?? []);
  }
}

/** Each hook runs even where another fails. */
async function all(hooks: readonly Hook[]): Promise<void> {
  const errors: unknown[] = [];
  for (const hook of hooks) {
    try {
      await hook();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
