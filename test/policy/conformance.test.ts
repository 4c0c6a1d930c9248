/** The tables of test/policy/conformance: a row a rule of AWS's, each with the page that it comes from. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { denialReason } from '../../src/policy/denial-reason.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { explainDecision } from '../../src/policy/trace.ts';
import { decideNaively } from './naive/decision.ts';
import { type Case, conditions, decisions, documents, statements } from './tables.ts';

/** Both evaluators must say it. */
function outcome({ inputs, request }: Case): string {
  const decision = decide(inputs, request);
  const { allowed } = decideNaively(inputs, request);
  assert.equal(decision.allowed, allowed);
  assert.deepEqual(explainDecision(inputs, request).decision, decision);
  return decision.allowed ? 'allowed' : denialReason(decision, request.action);
}

for (const [kind, rows] of Object.entries({ condition: conditions, statement: statements })) {
  describe(`a ${kind}`, () => {
    for (const row of rows) {
      test(row.rule, () => assert.equal(outcome(row) === 'allowed', row.matches));
    }
  });
}

describe('a decision', () => {
  for (const row of decisions) test(row.rule, () => assert.equal(outcome(row), row.expected));
});

describe('a document', () => {
  for (const { rule, source, kind, error } of documents) {
    test(rule, () => {
      const parsed = parsePolicy(source, kind);
      assert.equal(parsed.ok ? null : parsed.message, error);
    });
  }
});
