/** What is not known is carried to the answer exactly, by both evaluators; what is known is decided as ever. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessRequest, PolicyInputs } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { explainDecision } from '../../src/policy/trace.ts';
import { UnknownReached } from '../../src/policy/unknown-reached.ts';
import { inputs, JOHN, request, withoutPolicies } from './generators.ts';
import { judgeNaively } from './naive/decision.ts';

const outcome = (i: PolicyInputs, r: AccessRequest): boolean | 'unknown' => {
  const decision = decide(i, r);
  return !decision.allowed && decision.missing ? 'unknown' : decision.allowed;
};

function withoutKeys(r: AccessRequest, isUnknown: (key: string) => boolean): AccessRequest {
  const condition: AccessRequest['condition'] = (key) => {
    if (isUnknown(key)) throw new UnknownReached({ kind: 'condition key', name: key, why: 'not recorded' });
    return r.condition(key);
  };
  return { ...r, condition };
}

/** Twelve bits of which few are set, so that much still can be told. */
const bits = fc.integer({ min: 0, max: 2 ** 14 - 1 }).map((n) => n & (n >> 1) & (n >> 2));
const hash = (text: string) => [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7);

/** Of whose request no condition key is known. */
const JOHNS: AccessRequest = {
  principal: JOHN,
  action: 'kms:Decrypt',
  resource: '*',
  resourceAccount: '111122223333',
  condition: (name) => {
    throw new UnknownReached({ kind: 'condition key', name, why: 'the record does not have it' });
  },
};

describe('unknown as a third value', () => {
  test('both evaluators agree on what can be told', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(inputs, request, bits, fc.integer({ min: 1, max: 6 }), (i, r, gaps, rarity) => {
        const lacking = withoutPolicies(i, gaps);
        const asked = withoutKeys(r, (key) => hash(key) % rarity === 0);
        const expected = judgeNaively(lacking, asked);
        seen.set(String(expected), (seen.get(String(expected)) ?? 0) + 1);
        assert.equal(outcome(lacking, asked), expected);
      }),
      { numRuns: 1500 },
    );
    for (const each of ['true', 'false', 'unknown'])
      assert.ok((seen.get(each) ?? 0) > 60, JSON.stringify([...seen]));
  });

  test('what can be told holds however the unknown turns out, and the unknown is named', () => {
    fc.assert(
      fc.property(inputs, request, bits, fc.integer({ min: 1, max: 6 }), (i, r, gaps, rarity) => {
        const asked = withoutKeys(r, (key) => hash(key) % rarity === 0);
        const lacking = withoutPolicies(i, gaps);
        const decision = decide(lacking, asked);
        // The world as it is stands for one way in which it may turn out.
        if (decision.allowed || !decision.missing) assert.equal(decide(i, r).allowed, decision.allowed);
        else assert.ok(decision.missing.length > 0);
        assert.ok(explainDecision(lacking, asked).policies);
      }),
      { numRuns: 1500 },
    );
  });

  test('an answer that does not depend on the unknown is given as ever', () => {
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        const asked = withoutKeys(r, (key) => key === 'aws:neverasked');
        assert.deepEqual(decide(i, asked), decide(i, r));
      }),
    );
  });

  test('one pattern of a resource that matches settles it, whatever the others are', () => {
    for (const [member, allowed] of [
      ['Resource', true],
      ['NotResource', false],
    ] as const) {
      const parsed = parsePolicy(
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'kms:Decrypt',
              [member]: [`arn:aws:kms:*:*:key/\${aws:PrincipalTag/team}`, '*'],
            },
          ],
        }),
        'identity',
      );
      assert.ok(parsed.ok);
      const decision = decide(
        { identity: [{ name: 'p', policy: parsed.policy }], resourceRule: 'none' },
        JOHNS,
      );
      assert.equal(decision.allowed, allowed, member);
      assert.ok(decision.allowed || decision.missing === undefined, member);
    }
  });

  test('a condition that fails settles the statement, whatever stands before it', () => {
    const parsed = parsePolicy(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: '*',
            Condition: {
              IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
              Bool: { 'aws:SecureTransport': 'true' },
            },
          },
        ],
      }),
      'identity',
    );
    assert.ok(parsed.ok);
    const ask = (secure: string) =>
      decide(
        { identity: [{ name: 'p', policy: parsed.policy }], resourceRule: 'none' },
        {
          ...JOHNS,
          condition: (key) => {
            if (key === 'aws:securetransport') return [secure];
            throw new UnknownReached({
              kind: 'condition key',
              name: 'aws:SourceIp',
              why: 'the record does not have it',
            });
          },
        },
      );
    const denied = ask('false');
    assert.ok(!denied.allowed && denied.missing === undefined);
    const open = ask('true');
    assert.ok(!open.allowed);
    assert.deepEqual(open.missing, [
      { kind: 'condition key', name: 'aws:SourceIp', why: 'the record does not have it' },
    ]);
  });
});
