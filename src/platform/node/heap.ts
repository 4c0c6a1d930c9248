/** How V8 trades memory for time: for work that reads much and keeps little of it, under load, and for a server at rest. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8 doubles its young generation up to 134 MB as long as much in it survives, and lets the old one come to several times what
 * is alive before it collects, or to a little more where it grows slowly. It looks at these each time, so they may be changed in
 * a running process, where its options of sizes may not.
 */
const STEADY_YOUNG = '--semi-space-growth-factor=1';
const SMALL = [STEADY_YOUNG, '--heap-growing-percent=100'];
const USUAL = ['--semi-space-growth-factor=2', '--heap-growing-percent=0'];

/** From here on: a fifth more processor time, and half of the memory. */
export function keepHeapSmall(): void {
  setFlags(SMALL);
}

/**
 * For a server under load. Of its young generation little survives a collection: to share that out among threads costs more than
 * it gains. And its old generation grows slowly: let alone, V8 marks the whole of it as soon as it has grown by a few megabytes,
 * where it `mayGrow` to three times what is alive. Together a seventh less processor time a call, half of the longest waits, and
 * some 60 MB more.
 */
export function tuneForLoad({ mayGrow }: { readonly mayGrow: boolean }): void {
  setFlags(['--no-parallel-scavenge', ...(mayGrow ? ['--heap-growing-percent=200'] : [])]);
}

/** A moment in which nothing has been asked yet. */
const AT_REST_MS = 500;

/**
 * Gives back what the start of a server has left, once, soon after it: 4 MB, for as many hundredths of a second. V8 would do so
 * after its first collection of the old generation, which a server at rest never comes to.
 */
export function shrinkHeapSoon(): void {
  setTimeout(() => {
    setFlags(['--expose-gc']);
    const collect = runInNewContext('gc') as (options: object) => void;
    setFlags(['--no-expose-gc']);
    collect({ type: 'major', flavor: 'last-resort' });
  }, AT_REST_MS).unref();
}

/** For a process that goes on to something else. */
export function inSmallHeap<T>(work: () => Promise<T>): Promise<T> {
  return withFlags(SMALL, work);
}

/**
 * For the loading of code, nearly all of which stays: what the young generation grew by meanwhile would never be given back, and a
 * server at rest has no use for it. Under load it grows as ever.
 */
export function withSteadyYoung<T>(work: () => Promise<T>): Promise<T> {
  return withFlags([STEADY_YOUNG], work);
}

async function withFlags<T>(flags: readonly string[], work: () => Promise<T>): Promise<T> {
  setFlags(flags);
  try {
    return await work();
  } finally {
    setFlags(USUAL);
  }
}

function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
