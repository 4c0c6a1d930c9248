/** What fuzzing has once found, and a little of each target anew. */
import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { judge } from './judge.ts';
import { TARGETS, type Target } from './targets.ts';

interface Found {
  readonly target: string;
  readonly input: unknown;
  /** The input is a text, so many times over. */
  readonly times?: number;
  /** What was wrong. */
  readonly was: string;
}

const corpus: readonly Found[] = JSON.parse(
  readFileSync(new URL('corpus.json', import.meta.url), 'utf8'),
) as Found[];

describe('fuzzing', () => {
  after(() => Promise.all(Object.values(TARGETS).map((target) => target.end?.())));

  for (const [index, { target, input, times, was }] of corpus.entries()) {
    const whole = times === undefined ? input : String(input).repeat(times);
    test(`${target}, finding ${index}: ${was}`, () => judge(TARGETS[target] as Target, whole));
  }

  for (const [name, target] of Object.entries(TARGETS)) {
    test(`${name}: some inputs`, async () => {
      await fc.assert(
        fc.asyncProperty(target.input, (input) => judge(target, input)),
        { numRuns: target.runs ?? 60, seed: 20261128 },
      );
    });
  }
});
