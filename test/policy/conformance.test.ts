/** The tables of test/policy/conformance: a row a rule of AWS's, each with the page that it comes from. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../../src/policy/decision.ts';
import { denialReason } from '../../src/policy/denial-reason.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { decideNaively } from '../../src/policy/naive.ts';
import { type PolicyKind, parsePolicy } from '../../src/policy/parse.ts';
import { explainDecision } from '../../src/policy/trace.ts';
import conditions from './conformance/policy-conditions.json' with { type: 'json' };
import decisions from './conformance/policy-decisions.json' with { type: 'json' };
import documents from './conformance/policy-documents.json' with { type: 'json' };
import statements from './conformance/policy-statements.json' with { type: 'json' };

const A = '111122223333';
const X = '444455556666';

function session(account: string, name: string, serviceLinked = false): PolicyPrincipal {
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/app/${name}`,
    id: `AROAAPP1234567890ABCD:${name}`,
    roleArn: `arn:aws:iam::${account}:role/app`,
    roleId: 'AROAAPP1234567890ABCD',
    serviceLinked,
  };
}

const PRINCIPALS: Readonly<Record<string, PolicyPrincipal>> = {
  root: { kind: 'root', account: A, arn: `arn:aws:iam::${A}:root` },
  'foreign root': { kind: 'root', account: X, arn: `arn:aws:iam::${X}:root` },
  john: { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/john`, id: 'AIDAJOHN234567890ABCD' },
  namesake: { kind: 'user', account: A, arn: `arn:aws:iam::${A}:user/john`, id: 'AIDAJOHN222222222ABCD' },
  eve: { kind: 'user', account: X, arn: `arn:aws:iam::${X}:user/eve`, id: 'AIDAEVE1234567890ABCD' },
  session: session(A, 's1'),
  sibling: session(A, 's2'),
  'foreign session': session(X, 's1'),
  'service-linked': session(A, 's1', true),
  federated: {
    kind: 'federated-user',
    account: A,
    arn: `arn:aws:sts::${A}:federated-user/fred`,
    id: `${A}:fred`,
    issuerArn: `arn:aws:iam::${A}:user/john`,
    issuerId: 'AIDAJOHN234567890ABCD',
  },
  service: { kind: 'service', service: 'events.amazonaws.com' },
  'web identity': { kind: 'web-identity', provider: `arn:aws:iam::${A}:oidc-provider/idp.example.com` },
  anonymous: { kind: 'anonymous' },
};

type Context = Readonly<Record<string, readonly string[] | undefined>>;

function request(
  principal: PolicyPrincipal,
  row: { action: string; resource: string; context?: unknown; childGrant?: unknown },
): AccessRequest {
  const context = (row.context ?? {}) as Context;
  return {
    principal,
    action: row.action,
    resource: row.resource,
    resourceAccount: A,
    condition: (key) => context[key],
    childGrant: row.childGrant as AccessRequest['childGrant'],
  };
}

function policy(statement: unknown, kind: PolicyKind, version = '2012-10-17'): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify({ Version: version, Statement: statement }), kind);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  return { policy: parsed.policy, name: kind };
}

/** Both evaluators must say it. */
function outcome(inputs: PolicyInputs, request: AccessRequest): string {
  const decision = decide(inputs, request);
  const { allowed } = decideNaively(inputs, request);
  assert.equal(decision.allowed, allowed);
  assert.deepEqual(explainDecision(inputs, request).decision, decision);
  return decision.allowed ? 'allowed' : denialReason(decision, request.action);
}

function isAllowed(
  statement: object,
  row: Parameters<typeof request>[1],
  kind: PolicyKind,
  version?: string,
): boolean {
  const inputs: PolicyInputs = {
    identity: [policy([{ Effect: 'Allow', ...statement }], kind, version)],
    resourceRule: 'none',
  };
  return outcome(inputs, request(PRINCIPALS.john as PolicyPrincipal, row)) === 'allowed';
}

describe('a condition', () => {
  for (const row of conditions) {
    test(row.rule, () => {
      const { version, kind } = row as { version?: string; kind?: PolicyKind };
      const about = { action: 'kms:Decrypt', resource: '*', context: row.context };
      const statement = { Action: '*', Resource: '*', Condition: row.condition };
      assert.equal(isAllowed(statement, about, kind ?? 'identity', version), row.matches);
    });
  }
});

describe('a statement', () => {
  for (const row of statements) {
    test(row.rule, () => {
      assert.equal(isAllowed(row.statement, row, 'identity', row.version), row.matches);
    });
  }
});

interface DecisionRow {
  rule: string;
  principal: string;
  action: string;
  resource: string;
  resourceRule: PolicyInputs['resourceRule'];
  resourcePolicy?: unknown[];
  identity?: unknown[];
  boundary?: unknown[];
  session?: unknown[];
  serviceControl?: unknown[][];
  resourceControl?: unknown[][];
  grants?: PolicyGrant[];
  context?: Context;
  childGrant?: unknown;
  expect: string;
}

describe('a decision', () => {
  for (const row of decisions as unknown as DecisionRow[]) {
    test(row.rule, () => {
      const resourceKind =
        row.resourceRule === 'kms' ? 'key' : row.resourceRule === 'trust' ? 'trust' : 'resource';
      const inputs: PolicyInputs = {
        identity: (row.identity ?? []).map((p) => policy(p, 'identity')),
        boundary: row.boundary && policy(row.boundary, 'managed'),
        session: row.session?.map((p) => policy(p, 'session')),
        serviceControl: row.serviceControl?.map((level) => level.map((p) => policy(p, 'service-control'))),
        // Among them AWS's own, which allows.
        resourceControl: row.resourceControl?.map((level) => level.map((p) => policy(p, 'resource'))),
        resourceRule: row.resourceRule,
        resourcePolicy: row.resourcePolicy && policy(row.resourcePolicy, resourceKind),
        grants: row.grants,
      };
      const principal = PRINCIPALS[row.principal];
      assert.ok(principal, row.principal);
      const expected = row.expect.startsWith('because')
        ? `${row.expect} the ${row.action} action`
        : row.expect;
      assert.equal(outcome(inputs, request(principal, row)), expected);
    });
  }
});

describe('a document', () => {
  for (const row of documents) {
    test(row.rule, () => {
      const source = typeof row.document === 'string' ? row.document : JSON.stringify(row.document);
      const parsed = parsePolicy(source, row.kind as PolicyKind);
      assert.equal(parsed.ok ? null : parsed.message, row.error);
    });
  }
});
