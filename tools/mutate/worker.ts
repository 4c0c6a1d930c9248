/**
 * The process that runs tests, over and over, with one fault after the other switched on. It has loaded code and tests
 * once, so that a fault costs no more than the tests that run it. Whoever started it ends it when a fault makes it hang.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { collect, pathOf, Run, rootOf, type Suite, type Test } from './mini-test.ts';
import { FAULT_VARIABLE } from './plant.ts';
import { SWITCH } from './schemata.ts';

/** `test/kms/grants.test.ts#12` is its thirteenth test. */
type TestId = string;

export interface Measured {
  readonly id: TestId;
  readonly name: string;
  readonly ms: number;
  /** Of the processor, in this process: what it takes on a machine that has nothing else to do. */
  readonly cpuMs: number;
  readonly passed: boolean;
  /** Numbers of the faults whose place it runs. */
  readonly reached: readonly number[];
}

export type Order =
  | { readonly kind: 'measure'; readonly file: string }
  | {
      readonly kind: 'try';
      readonly fault: number;
      readonly tests: readonly TestId[];
      readonly testMs: number;
    };

export type Reply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'measured';
      readonly tests: readonly Measured[];
      /** Numbers of the faults that act when the code is loaded. */
      readonly loaded: readonly number[];
    }
  | { readonly kind: 'caught'; readonly by: TestId; readonly name: string; readonly holdsWithout: boolean }
  /** `ran` unless its place was not come to: what it computes is kept from one test to the next. */
  | { readonly kind: 'survived'; readonly ran: boolean };

interface Switch {
  activate(id: number): void;
  readonly reached: Uint8Array;
}

const MINI_TEST = new URL('mini-test.ts', import.meta.url).href;
const NONE = 0;
const faults = (globalThis as Record<symbol, unknown>)[Symbol.for(SWITCH)] as Switch;
const filesOf = new Map<string, readonly Test[]>();
const loads = new Map<string, number>();
/** Set if the fault was on when the process began, and what it breaks may be for good. */
const isPlantedFromStart = Number(process.env[FAULT_VARIABLE]) > 0;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:test' ? { url: MINI_TEST, shortCircuit: true } : next(specifier, context),
});

let fail: (error: unknown) => void = () => undefined;
process.on('uncaughtException', (error) => fail(error));
process.on('unhandledRejection', (error) => fail(error));

async function testsOf(file: string): Promise<readonly Test[]> {
  const known = filesOf.get(file);
  if (known) return known;
  const load = (loads.get(file) ?? 0) + 1;
  loads.set(file, load);
  const tests = await collect(() => import(`${pathToFileURL(file).href}?load=${load}`));
  filesOf.set(file, tests);
  return tests;
}

/** A file whose hooks end what it began when it was loaded (a server) is loaded anew, or its tests would fail from then on. */
async function close(run: Run, file: string, ms: number): Promise<void> {
  const tests = filesOf.get(file) ?? [];
  if (tests.some(({ suite }) => rootOf(suite).after.length > 0)) filesOf.delete(file);
  await guarded(() => run.close(), ms);
}

/** Rejects with what goes wrong anywhere in the process, and when the time is over. */
function guarded(work: () => Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the time is over')), ms);
    fail = reject;
    work()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

async function measure(file: string): Promise<Reply> {
  const measured: Measured[] = [];
  const run = new Run();
  faults.reached.fill(0);
  const tests = await testsOf(file);
  const loaded = reachedNow();
  /** What a suite's hooks reach, each of its tests may see. */
  const byHooks = new Map<Suite, readonly number[]>();
  const prepare = async (test: Test) => {
    for await (const suite of run.opening(test)) {
      byHooks.set(suite, reachedNow());
      faults.reached.fill(0);
    }
  };
  for (const [index, test] of tests.entries()) {
    faults.reached.fill(0);
    const beganMs = performance.now();
    const cpu = process.cpuUsage();
    let passed = true;
    await guarded(async () => {
      await prepare(test);
      await run.run(test);
    }, 120_000).catch(() => {
      passed = false;
    });
    const ms = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(cpu);
    const cpuMs = (user + system) / 1000;
    const shared = pathOf(test.suite).flatMap((suite) => byHooks.get(suite) ?? []);
    const reached = [...new Set([...reachedNow(), ...shared])];
    measured.push({ id: `${file}#${index}`, name: test.name, ms, cpuMs, passed, reached });
  }
  await close(run, file, 30_000).catch(() => undefined);
  return { kind: 'measured', tests: measured, loaded };
}

function reachedNow(): number[] {
  const ids: number[] = [];
  for (let id = faults.reached.indexOf(1); id >= 0; id = faults.reached.indexOf(1, id + 1)) ids.push(id);
  return ids;
}

async function attempt(fault: number, ids: readonly TestId[], testMs: number): Promise<Reply> {
  let ran = false;
  for (const [file, ofFile] of Map.groupBy(ids, (id) => id.replace(/#\d+$/, ''))) {
    if (!isPlantedFromStart) faults.activate(NONE);
    const tests = await testsOf(file);
    faults.activate(fault);
    faults.reached[fault] = 0;
    const run = new Run();
    let last = ofFile[0] as TestId;
    try {
      for (const id of ofFile) {
        last = id;
        await guarded(() => run.run(testBy(tests, id)), testMs);
      }
      await close(run, file, testMs);
      ran ||= faults.reached[fault] === 1;
    } catch {
      await close(run, file, 5_000).catch(() => undefined);
      const { name } = testBy(tests, last);
      return { kind: 'caught', by: last, name, holdsWithout: await holdsWithout(file, last, testMs) };
    }
  }
  return { kind: 'survived', ran };
}

const testBy = (tests: readonly Test[], id: TestId) => tests[Number(id.split('#')[1])] as Test;

async function holdsWithout(file: string, id: TestId, testMs: number): Promise<boolean> {
  if (isPlantedFromStart) return false;
  faults.activate(NONE);
  const run = new Run();
  try {
    const test = testBy(await testsOf(file), id);
    await guarded(() => run.run(test), testMs);
    return true;
  } catch {
    return false;
  } finally {
    await close(run, file, testMs).catch(() => undefined);
  }
}

const carriedOut = (order: Order): Promise<Reply> =>
  order.kind === 'measure' ? measure(order.file) : attempt(order.fault, order.tests, order.testMs);

process.on('message', (order: Order) => {
  carriedOut(order).then(
    (reply) => process.send?.(reply),
    (error) => {
      // A file of tests that cannot be loaded.
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ kind: 'ready' } satisfies Reply);
