/** `node test/fuzz/policy.ts [seconds] [seed]`: the two evaluators against each other for as long as you like. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decide } from '../../src/policy/evaluate.ts';
import { decideNaively } from '../../src/policy/naive.ts';
import { explainDecision } from '../../src/policy/trace.ts';
import { inputs, request } from '../policy/generators.ts';

const seconds = Number(process.argv[2] ?? 60);
const seed = process.argv[3] === undefined ? undefined : Number(process.argv[3]);
let decisions = 0;

const report = fc.check(
  fc.property(inputs, request, (i, r) => {
    decisions++;
    const { by: _by, ...decision } = { by: undefined, ...decide(i, r) };
    assert.deepEqual(decision, decideNaively(i, r));
    assert.deepEqual(JSON.parse(JSON.stringify(explainDecision(i, r).decision)).allowed, decision.allowed);
  }),
  {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: seconds * 1000,
    ...(seed === undefined ? {} : { seed }),
  },
);
if (report.failed) {
  console.error(fc.defaultReportMessage(report));
  process.exitCode = 1;
} else console.log(`policy: ${decisions} decisions agree (seed ${report.seed})`);
