/** The serving evaluator answers as the specification does, and neither ever answers more than it should. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessRequest, Decision, NamedPolicy, PolicyInputs } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { inputs, named, policy, request } from './generators.ts';
import { decideNaively } from './naive/decision.ts';
import { matchStatement } from './naive/statement.ts';

const RUNS = { numRuns: 1500 };

function outcome(decision: Decision | ReturnType<typeof decideNaively>): string {
  if (decision.allowed) return 'allowed';
  return `${decision.explicit ? 'explicit' : 'implicit'} deny: ${decision.policyType}`;
}

const allPolicies = (i: PolicyInputs): NamedPolicy[] => [
  ...i.identity,
  ...(i.boundary ? [i.boundary] : []),
  ...(i.session ?? []),
  ...(i.serviceControl ?? []).flat(),
  ...(i.resourceControl ?? []).flat(),
  ...(i.vpcEndpoint ? [i.vpcEndpoint] : []),
  ...(i.resourcePolicy ? [i.resourcePolicy] : []),
];

describe('the compiled evaluator', () => {
  test('decides as the specification does, and meets every outcome while doing so', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        const expected = outcome(decideNaively(i, r));
        seen.set(expected, (seen.get(expected) ?? 0) + 1);
        assert.equal(outcome(decide(i, r)), expected);
      }),
      { numRuns: 5000 },
    );
    assert.ok(seen.size >= 12, `only ${[...seen.keys()].join(', ')}`);
    assert.ok((seen.get('allowed') ?? 0) > 500, 'the generators must aim at matches');
  });

  test('names a statement that matches, of the effect that decided', () => {
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        const decision = decide(i, r);
        if (!('by' in decision) || decision.by === 'root' || 'grantId' in decision.by) return;
        const { index } = decision.by;
        const effect = decision.allowed ? 'Allow' : 'Deny';
        const candidates = allPolicies(i).flatMap(({ policy }) => {
          const statement = policy.statements[index];
          return statement === undefined ? [] : [{ policy, statement }];
        });
        assert.ok(
          candidates.some(
            ({ policy, statement }) =>
              statement.effect === effect &&
              matchStatement(statement, policy, { ...r, isBounded: i.boundary !== undefined }) > 0,
          ),
        );
      }),
      RUNS,
    );
  });
});

describe('whatever the policies', () => {
  const allowed = (i: PolicyInputs, r: AccessRequest): boolean => decide(i, r).allowed;

  test('adding a Deny statement never allows what was denied', () => {
    fc.assert(
      fc.property(inputs, request, policy(), (i, r, extra) => {
        const denials = extra.policy.statements.map((s) => ({ ...s, effect: 'Deny' as const }));
        const stricter = { ...i, identity: [...i.identity, named({ ...extra.policy, statements: denials })] };
        if (!allowed(i, r)) assert.equal(allowed(stricter, r), false);
      }),
      RUNS,
    );
  });

  test('the order of statements and policies, and repeating them, changes nothing', () => {
    const shuffled = (p: NamedPolicy): NamedPolicy =>
      named({ ...p.policy, statements: [...p.policy.statements, ...p.policy.statements].reverse() });
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        const reordered: PolicyInputs = {
          ...i,
          identity: [...i.identity, ...i.identity].reverse().map(shuffled),
          ...(i.session ? { session: [...i.session].reverse().map(shuffled) } : {}),
          ...(i.resourcePolicy ? { resourcePolicy: shuffled(i.resourcePolicy) } : {}),
        };
        assert.equal(outcome(decide(reordered, r)), outcome(decide(i, r)));
      }),
      RUNS,
    );
  });

  test('a boundary, a session policy, an SCP or an endpoint’s policy only ever takes away', () => {
    fc.assert(
      fc.property(inputs, request, policy(), (i, r, limit) => {
        const { boundary, session, serviceControl, vpcEndpoint, ...free } = i;
        if (allowed(free, r)) return;
        assert.equal(allowed({ ...free, boundary: limit }, r), false);
        assert.equal(allowed({ ...free, session: [limit] }, r), false);
        assert.equal(allowed({ ...free, serviceControl: [[limit]] }, r), false);
        assert.equal(allowed({ ...free, vpcEndpoint: limit }, r), false);
      }),
      RUNS,
    );
  });

  test('a caller without an account is allowed by nothing but the resource', () => {
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        if ('account' in r.principal) return;
        const { resourcePolicy, grants, ...callerSide } = i;
        assert.equal(allowed(callerSide, r), false);
      }),
      RUNS,
    );
  });
});
