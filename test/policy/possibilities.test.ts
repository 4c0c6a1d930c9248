/** What would have to hold for an allow: against the evaluator, which is asked with every key given. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { whatSpeaksOf } from '../../src/policy/alike.ts';
import type { AccessRequest, PolicyInputs } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import { possibilities } from '../../src/policy/possibilities.ts';
import { witnessOf } from '../../src/policy/witness.ts';
import { inputs, keys, request } from './generators.ts';

const openKeys = fc.subarray([...keys.map((key) => key.toLowerCase()), 'kms:encryptioncontext:b']);

describe('possibilities', () => {
  test('one of them is met exactly where the evaluator allows', () => {
    let met = 0;
    let unmet = 0;
    fc.assert(
      fc.property(inputs, request, openKeys, (i, r, open) => {
        const all = possibilities(i, { ...r, condition: blind(r.condition, open) }, (key) =>
          open.includes(key),
        );
        const isMet = all.some(
          ({ requires, unless }) =>
            requires.every(({ holds }) => holds(r)) && !unless.some(({ holds }) => holds(r)),
        );
        if (isMet) met++;
        else if (all.length > 0) unmet++;
        assert.equal(isMet, decide(i, r).allowed);
      }),
      { numRuns: 6000 },
    );
    assert.ok(met > 300 && unmet > 100, `${met} met, ${unmet} not`);
  });

  test('a witness is allowed by the evaluator', () => {
    let found = 0;
    let possible = 0;
    fc.assert(
      fc.property(inputs, request, openKeys, (i, r, open) => {
        const isOpen = (key: string) => open.includes(key);
        const asked = { ...r, condition: blind(r.condition, open) };
        for (const possibility of possibilities(i, asked, isOpen)) {
          possible++;
          const witness = witnessOf(possibility, asked, isOpen);
          if (!witness) continue;
          found++;
          assert.equal(decide(i, { ...asked, condition: witness }).allowed, true);
        }
      }),
      { numRuns: 3000 },
    );
    assert.ok(found > possible / 2, `${found} of ${possible}`);
  });

  test('where the evaluator allows a request, a witness is found, but for a few that interlock', () => {
    let allowed = 0;
    let missed = 0;
    fc.assert(
      fc.property(inputs, request, openKeys, (i, r, open) => {
        if (!decide(i, r).allowed) return;
        const isOpen = (key: string) => open.includes(key);
        const asked = { ...r, condition: blind(r.condition, open) };
        const all = possibilities(i, asked, isOpen);
        allowed++;
        if (!all.some((possibility) => witnessOf(possibility, asked, isOpen))) missed++;
      }),
      { numRuns: 4000 },
    );
    assert.ok(allowed > 300 && missed < allowed / 200, `${missed} of ${allowed} missed`);
  });

  describe('of a key whose values are known', () => {
    const A = '111111111111';
    const MFA = 'aws:multifactorauthpresent';
    const DOMAINS = [[['true'], ['false']], [['false']], [undefined]] as const;
    const conditions = [
      ...['Bool', 'BoolIfExists', 'StringNotEquals', 'Null'].flatMap((operator) =>
        ['true', 'false'].map((value) => ({ [operator]: { 'aws:MultiFactorAuthPresent': value } })),
      ),
    ];
    const asked: AccessRequest = {
      principal: { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/ann`, id: 'AIDAANN' },
      action: 'kms:Decrypt',
      resource: `arn:aws:kms:us-east-1:${A}:key/k1`,
      resourceAccount: A,
      condition: () => undefined,
    };
    const isOpen = (key: string) => key === MFA;
    const allowing = (Condition: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
    const denying = (Condition: object) => [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*', Condition },
    ];
    for (const [effect, statements] of Object.entries({ Allow: allowing, Deny: denying })) {
      test(`${effect}: possible, and certain, exactly where the evaluator allows one of them, and each`, () => {
        for (const condition of conditions) {
          const parsed = parsePolicy(
            JSON.stringify({ Version: '2012-10-17', Statement: statements(condition) }),
            'identity',
          );
          assert.ok(parsed.ok);
          const i: PolicyInputs = {
            identity: [{ name: 'own', policy: parsed.policy }],
            resourceRule: 'none',
          };
          for (const domain of DOMAINS) {
            const valuesOf = () => domain;
            const answers = domain.map(
              (values) =>
                decide(i, { ...asked, condition: (key) => (key === MFA ? values : undefined) }).allowed,
            );
            const found = possibilities(i, asked, isOpen, valuesOf).filter((possibility) =>
              witnessOf(possibility, asked, isOpen, { valuesOf }),
            );
            const isCertain = found.some(({ requires, unless }) => requires.length + unless.length === 0);
            const name = `${JSON.stringify(condition)} of ${JSON.stringify(domain)}`;
            assert.deepEqual(
              [found.length > 0, isCertain],
              [answers.some(Boolean), answers.every(Boolean)],
              name,
            );
          }
        }
      });
    }
  });

  describe('a witness is found for', () => {
    const A = '111111111111';
    const KEY = `arn:aws:kms:us-east-1:${A}:key/k1`;
    const variable = (body: string) => `\${${body}}`;
    const key = (...names: string[]) => ({ Resource: KEY.replace('k1', names.join('')) });
    const condition = (operator: string, key: string, ...values: string[]) => ({
      Condition: { [operator]: { [key]: values } },
    });
    for (const [what, terms] of Object.entries({
      'a number below': condition('NumericLessThan', 'kms:GrantCount', '5'),
      'a number above': condition('NumericGreaterThan', 'kms:GrantCount', '5'),
      'a date before': condition('DateLessThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z'),
      'a date after': condition('DateGreaterThan', 'aws:CurrentTime', '2026-01-01T00:00:00Z'),
      'a network of IPv4': condition('IpAddress', 'aws:SourceIp', '203.0.113.128/25'),
      'a network of IPv6': condition('IpAddress', 'aws:SourceIp', '2001:db8:1:2:3:4:5:0/112'),
      'an address of IPv6': condition('IpAddress', 'aws:SourceIp', '2001:db8:1:2:3:4:5:6'),
      'a network of IPv4 without its beginning': {
        Condition: {
          IpAddress: { 'aws:SourceIp': '203.0.113.128/25' },
          NotIpAddress: { 'aws:SourceIp': '203.0.113.128/26' },
        },
      },
      'a network of IPv6 without its beginning': {
        Condition: {
          IpAddress: { 'aws:SourceIp': '2001:db8::/32' },
          NotIpAddress: { 'aws:SourceIp': '2001:db8::/33' },
        },
      },
      'a pattern': condition('StringLike', 'aws:PrincipalTag/k', 'a?c*e'),
      'an ARN': condition('ArnLike', 'aws:SourceArn', 'arn:aws:ec2:*:111111111111:volume/*'),
      'a variable in the resource': key(variable('aws:PrincipalTag/k')),
      'two variables in the resource': key(variable('aws:PrincipalTag/k'), variable('aws:username')),
      'a variable and a wildcard in the resource': key(variable('aws:PrincipalTag/k'), '*'),
    })) {
      test(what, () => {
        const parsed = parsePolicy(
          JSON.stringify({
            Version: '2012-10-17',
            Statement: { Sid: 'One', Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', ...terms },
          }),
          'identity',
        );
        assert.ok(parsed.ok);
        const i: PolicyInputs = { identity: [{ name: 'own', policy: parsed.policy }], resourceRule: 'none' };
        const asked: AccessRequest = {
          principal: { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/ann`, id: 'AIDAANN' },
          action: 'kms:Decrypt',
          resource: KEY,
          resourceAccount: A,
          condition: () => undefined,
        };
        const [one, ...others] = possibilities(i, asked, () => true);
        assert.deepEqual(others, []);
        assert.deepEqual(
          one!.requires.map(({ statement }) => statement),
          [{ policyType: 'identity-based policy', policyName: 'own', index: 0, sid: 'One', line: 1 }],
        );
        const witness = witnessOf(one!, asked, () => true);
        assert.ok(witness);
        assert.equal(decide(i, { ...asked, condition: witness }).allowed, true);
      });
    }
  });

  test('two actions that the same statements and grants speak of are decided alike', () => {
    const decided = { alike: 0, otherwise: 0 };
    fc.assert(
      fc.property(inputs, request, (i, r) => {
        const [one, other] = ['kms:Decrypt', 'kms:Encrypt'] as const;
        const outcomes = [one, other].map((action) => decide(i, { ...r, action }));
        if (whatSpeaksOf(i, one) === whatSpeaksOf(i, other)) {
          decided.alike++;
          assert.deepEqual(outcomes[0], outcomes[1]);
        } else if (outcomes[0]?.allowed !== outcomes[1]?.allowed) decided.otherwise++;
      }),
      { numRuns: 3000 },
    );
    assert.ok(decided.alike > 300 && decided.otherwise > 50, JSON.stringify(decided));
  });
});

/** Open keys give nothing: what depends on their values would show. */
function blind(lookup: (key: string) => readonly string[] | undefined, open: readonly string[]) {
  return (key: string) => (open.includes(key) ? undefined : lookup(key));
}
