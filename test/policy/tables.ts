/** The tables of test/policy/conformance, a row a rule of AWS's, as what the decision point is asked. */
import assert from 'node:assert/strict';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../../src/policy/decision.ts';
import { type PolicyKind, parsePolicy } from '../../src/policy/parse.ts';
import conditionRows from './conformance/policy-conditions.json' with { type: 'json' };
import decisionRows from './conformance/policy-decisions.json' with { type: 'json' };
import documentRows from './conformance/policy-documents.json' with { type: 'json' };
import statementRows from './conformance/policy-statements.json' with { type: 'json' };

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

/** What a row asks. Of each condition and statement: whether it allows John. */
export interface Case {
  readonly rule: string;
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
}

const john = PRINCIPALS.john as PolicyPrincipal;

const statementAlone = (statement: object, kind: PolicyKind, version?: string): PolicyInputs => ({
  identity: [policy([{ Effect: 'Allow', ...statement }], kind, version)],
  resourceRule: 'none',
});

export const conditions = conditionRows.map((row) => {
  const { rule, context, condition, matches } = row;
  const { version, kind = 'identity' } = row as { version?: string; kind?: PolicyKind };
  return {
    rule,
    inputs: statementAlone({ Action: '*', Resource: '*', Condition: condition }, kind, version),
    request: request(john, { action: 'kms:Decrypt', resource: '*', context }),
    matches,
  };
});

export const statements = statementRows.map((row) => ({
  rule: row.rule,
  inputs: statementAlone(row.statement, 'identity', row.version),
  request: request(john, row),
  matches: row.matches,
}));

const RESOURCE_KINDS = { kms: 'key', trust: 'trust', standard: 'resource', none: 'resource' } as const;

export const decisions = (decisionRows as unknown as DecisionRow[]).map((row) => {
  const principal = PRINCIPALS[row.principal];
  assert.ok(principal, row.principal);
  const inputs: PolicyInputs = {
    identity: (row.identity ?? []).map((p) => policy(p, 'identity')),
    boundary: row.boundary && policy(row.boundary, 'managed'),
    session: row.session?.map((p) => policy(p, 'session')),
    serviceControl: row.serviceControl?.map((level) => level.map((p) => policy(p, 'service-control'))),
    // Among them AWS's own, which allows.
    resourceControl: row.resourceControl?.map((level) => level.map((p) => policy(p, 'resource'))),
    resourceRule: row.resourceRule,
    resourcePolicy: row.resourcePolicy && policy(row.resourcePolicy, RESOURCE_KINDS[row.resourceRule]),
    grants: row.grants,
  };
  const { rule, expect } = row;
  const expected = expect.startsWith('because') ? `${expect} the ${row.action} action` : expect;
  return { rule, inputs, request: request(principal, row), expected };
});

export const documents = documentRows.map(({ rule, kind, document, error }) => ({
  rule,
  source: typeof document === 'string' ? document : JSON.stringify(document),
  kind: kind as PolicyKind,
  error,
}));
