/** What a call that went through proves of policies that nobody has read, and what another policy would make of it then. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AccessRequest, NamedPolicy, PolicyInputs } from '../../src/policy/decision.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { ceilingsPassed, decidedAfterSuccess } from '../../src/policy/proved-by-success.ts';
import { anything, unknownPolicy } from '../../src/policy/unknown.ts';
import { inputs, JOHN, request, withoutPolicies } from './generators.ts';

const unread = (name: string) => unknownPolicy(name, 'refused');
const request1: AccessRequest = {
  principal: JOHN,
  action: 'kms:Decrypt',
  resource: 'arn:aws:kms:us-east-1:444455556666:key/k',
  resourceAccount: '444455556666',
  condition: () => undefined,
};
const atHome: AccessRequest = { ...request1, resourceAccount: '111122223333' };
const abroad: PolicyInputs = {
  identity: [unread('own')],
  resourceRule: 'kms',
  resourcePolicy: unread('key'),
};
const grant = { grantId: 'g', grantee: 'x', issuingAccount: '444455556666', actions: ['kms:Decrypt'] };

describe('what has let a call through', () => {
  const rows: readonly [title: string, PolicyInputs, AccessRequest, passed: readonly string[]][] = [
    ['policies of a caller from abroad, since both sides must allow', abroad, request1, ['own']],
    ['none of a caller at home, whom the key policy alone may let in', abroad, atHome, []],
    [
      'none beside a grant, which takes no policy of the caller',
      { ...abroad, grants: [grant] },
      request1,
      [],
    ],
    [
      'none beside grants that nobody has read',
      { ...abroad, unknownGrants: { kind: 'grants', name: 'grants', why: 'refused' } },
      request1,
      [],
    ],
    ['none of an action without a resource', { ...abroad, resourceRule: 'none' }, request1, []],
    [
      'each ceiling',
      {
        ...abroad,
        boundary: unread('boundary'),
        session: [unread('session')],
        serviceControl: [[unread('scp')]],
        resourceControl: [[unread('rcp')]],
        vpcEndpoint: unread('endpoint'),
      },
      atHome,
      ['boundary', 'session', 'scp', 'rcp', 'endpoint'],
    ],
  ];
  for (const [title, given, asked, expected] of rows)
    test(title, () => {
      const { inputs: open, passed } = ceilingsPassed(given, asked);
      assert.deepEqual(passed.map(({ name }) => name).sort(), [...expected].sort());
      const left = [open.boundary, ...(open.session ?? []), ...(open.serviceControl ?? []).flat()];
      assert.ok(left.every((each) => each?.policy.missing === undefined));
    });
});

const written = (name: string, by?: string): NamedPolicy => ({
  name,
  policy: { version: '2012-10-17', source: '', statements: [anything('Allow', by)] },
});
const allowedAfter = (before: PolicyInputs, after: PolicyInputs, asked: AccessRequest) =>
  decidedAfterSuccess(before, after, asked).map(({ allowed }) => allowed);

test('a policy of the resource that named the session may have let it past a session policy that nobody has read', () => {
  const [account, arn] = ['444455556666', 'arn:aws:sts::444455556666:assumed-role/app/s'];
  const roleArn = `arn:aws:iam::${account}:role/app`;
  const session = { kind: 'role-session', account, arn, id: 'AROA:s', roleArn, roleId: 'AROA' } as const;
  const asked: AccessRequest = { ...request1, principal: { ...session, serviceLinked: false } };
  const under = (by: string): PolicyInputs => ({
    ...{ identity: [written('own')], session: [unread('session')], resourceRule: 'kms' },
    resourcePolicy: written('key', by),
  });
  assert.deepEqual(allowedAfter(under(account), under(account), asked), [true]);
  assert.deepEqual(allowedAfter(under('*'), under(account), asked), [true, false]);
});

test("of a caller's own policies from abroad the one that was read may have allowed it, and the other not", () => {
  const key = { resourceRule: 'kms', resourcePolicy: written('key', '*') } as const;
  const [read, other] = [written('read'), unread('other')];
  const without = { identity: [other], ...key };
  assert.deepEqual(allowedAfter({ identity: [read, other], ...key }, without, request1), [true, false]);
  assert.deepEqual(allowedAfter(without, without, request1), [true]);
});

/** Twelve bits of which few are set, so that much still can be told. */
const bits = fc.integer({ min: 0, max: 2 ** 14 - 1 }).map((n) => n & (n >> 1));

const CHANGES: Readonly<Record<string, (i: PolicyInputs, other: PolicyInputs) => PolicyInputs>> = {
  nothing: (i) => i,
  'no grants': (i) => ({ ...i, grants: undefined }),
  'another policy of the resource': (i, { resourcePolicy }) =>
    isRead(i.resourcePolicy) ? { ...i, resourcePolicy } : i,
  'one policy of the caller less': (i) =>
    isRead(i.identity[0]) ? { ...i, identity: i.identity.slice(1) } : i,
};
const isRead = (policy: NamedPolicy | undefined) => policy?.policy.missing === undefined;

test('what would be decided after a success is among what is found, however the unread turns out', () => {
  let [tried, told] = [0, 0];
  fc.assert(
    fc.property(
      inputs,
      inputs,
      request,
      bits,
      fc.constantFrom(...Object.keys(CHANGES)),
      (i, other, r, gaps, name) => {
        if (!decide(i, r).allowed) return;
        const change = CHANGES[name] as (typeof CHANGES)[string];
        const before = withoutPolicies(i, gaps);
        const after = change(before, other);
        // In the world as it is, the same is changed; what was not read stays as it is.
        const isChanged = after !== before;
        const truth = decide(isChanged ? change(i, other) : i, r).allowed;
        const decisions = decidedAfterSuccess(before, after, r);
        const definite = decisions.map((each) => (each.allowed ? true : each.missing ? 'unknown' : false));
        assert.ok(definite.includes(truth) || definite.includes('unknown'), `${truth}: ${definite}`);
        tried++;
        if (gaps !== 0 && new Set(definite).size === 1 && definite[0] !== 'unknown') told++;
        if (name === 'nothing') assert.ok(!definite.includes(false), 'what went through would be refused');
      },
    ),
    { numRuns: 4000 },
  );
  assert.ok(tried > 200 && told > 30, `${tried}, ${told}`);
});
