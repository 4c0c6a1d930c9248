/**
 * Decisions a second of the serving evaluator on one core, and memory a policy.
 * Requests and condition lookups are made anew for every decision, as the front door makes them.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compilePolicy } from '../src/policy/compile.ts';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../src/policy/decision.ts';
import { decide } from '../src/policy/evaluate.ts';
import { type PolicyKind, parsePolicy } from '../src/policy/parse.ts';
import { granteeNames } from '../src/policy/principals.ts';

const ACCOUNT = '123456789012';
const DURATION_MS = 1000;
const ROUNDS = 3;

function policy(kind: PolicyKind, statements: readonly object[]): NamedPolicy {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind);
  if (!parsed.ok) throw new Error(parsed.message);
  return { policy: parsed.policy, name: kind };
}

const allow = (Action: string | string[], Resource: string | string[], rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...rest,
});

const keyArn = (i: number) => `arn:aws:kms:us-east-1:${ACCOUNT}:key/0000-${i}`;

const fiveStatements = (seed: number) => [
  allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::bucket-${seed}/*`),
  allow('ec2:Describe*', '*'),
  allow(['ec2:StartInstances', 'ec2:StopInstances'], `arn:aws:ec2:*:${ACCOUNT}:instance/*`, {
    Condition: { StringEquals: { 'aws:ResourceTag/team': `team-${seed}` } },
  }),
  allow('sqs:*', `arn:aws:sqs:us-east-1:${ACCOUNT}:queue-${seed}-*`),
  {
    Effect: 'Deny',
    Action: 'iam:*',
    Resource: '*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
  },
];

const john: PolicyPrincipal = {
  kind: 'user',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/john`,
  id: 'AIDAJOHN234567890ABCD',
};

interface Case {
  readonly name: string;
  readonly inputs: (i: number) => PolicyInputs;
  readonly request: (i: number) => AccessRequest;
  readonly allowed: boolean;
}

function requestFor(
  principal: PolicyPrincipal,
  action: string,
  resource: string,
  values: Readonly<Record<string, readonly string[]>>,
): AccessRequest {
  return { principal, action, resource, resourceAccount: ACCOUNT, condition: (key) => values[key] };
}

function identityOnly(): Case {
  const inputs: PolicyInputs = { identity: [policy('identity', fiveStatements(1))], resourceRule: 'none' };
  return {
    name: '(a) one identity policy of five statements',
    inputs: () => inputs,
    request: (i) =>
      requestFor(john, 'ec2:StartInstances', `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-${i & 63}`, {
        'aws:resourcetag/team': ['team-1'],
      }),
    allowed: true,
  };
}

const viaEc2 = { Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } } };

function kmsDecrypt(
  grants: readonly PolicyGrant[] | undefined,
  principals: readonly PolicyPrincipal[],
): Case {
  const keyPolicy = policy('key', [
    {
      ...allow('kms:*', '*'),
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Sid: 'Enable IAM User Permissions',
    },
    {
      ...allow(['kms:Decrypt', 'kms:GenerateDataKey*'], '*', viaEc2),
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/app` },
    },
  ]);
  const identity = policy('identity', [
    allow('ec2:*', '*'),
    allow(['kms:Decrypt', 'kms:CreateGrant'], `arn:aws:kms:*:${ACCOUNT}:key/*`, viaEc2),
  ]);
  const byGrantee = Map.groupBy(grants ?? [], ({ grantee }) => grantee);
  return {
    name: '(b) KMS Decrypt: key policy, identity policy, kms:ViaService',
    inputs: (i) => {
      const principal = principals[i % principals.length] as PolicyPrincipal;
      const own = grants && granteeNames(principal).flatMap((name) => byGrantee.get(name) ?? []);
      return { identity: [identity], resourceRule: 'kms', resourcePolicy: keyPolicy, grants: own };
    },
    request: (i) =>
      requestFor(principals[i % principals.length] as PolicyPrincipal, 'kms:Decrypt', keyArn(i & 1023), {
        'kms:viaservice': ['ec2.us-east-1.amazonaws.com'],
      }),
    allowed: true,
  };
}

function tenManaged(): Case {
  const twenty = (seed: number) => Array.from({ length: 4 }, (_, i) => fiveStatements(seed * 10 + i)).flat();
  const boundary = policy('managed', [allow(['ec2:*', 'kms:*', 's3:*', 'sqs:*'], '*')]);
  const full = policy('service-control', [allow('*', '*')]);
  const guard = policy('service-control', [
    { Effect: 'Deny', Action: ['organizations:*', 'account:*'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'ec2:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } },
    },
  ]);
  const inputs: PolicyInputs = {
    identity: Array.from({ length: 10 }, (_, i) => policy('managed', twenty(i))),
    boundary,
    serviceControl: [[full], [full, guard]],
    resourceRule: 'none',
  };
  return {
    name: '(c) ten managed policies of twenty statements, SCPs, boundary',
    inputs: () => inputs,
    // The team of the last policy: all forty statements of the action are tried.
    request: (i) =>
      requestFor(john, 'ec2:StopInstances', `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-${i & 63}`, {
        'aws:resourcetag/team': ['team-93'],
        'aws:requestedregion': ['us-east-1'],
      }),
    allowed: true,
  };
}

/** Decisions a second of this process's time on the processor, the best of some rounds: machines have other work. */
function measure({ inputs, request, allowed }: Case): number {
  let best = 0;
  let i = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let decisions = 0;
    let spentMs = 0;
    const before = process.cpuUsage();
    while (spentMs < DURATION_MS) {
      for (let n = 0; n < 10_000; n++, i++) {
        if (decide(inputs(i), request(i)).allowed !== allowed) throw new Error('the case decides otherwise');
      }
      decisions += 10_000;
      const { user, system } = process.cpuUsage(before);
      spentMs = (user + system) / 1000;
    }
    best = Math.max(best, (decisions / spentMs) * 1000);
  }
  return best;
}

/** Heap bytes of one parsed, compiled and used policy, its document included. */
function bytesPerPolicy(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const count = 2000;
  const kept: NamedPolicy[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) {
    const made = policy('identity', fiveStatements(i));
    compilePolicy(made.policy).forAction('ec2:StartInstances');
    kept.push(made);
  }
  collect();
  return (process.memoryUsage().heapUsed - before) / kept.length;
}

function thousandUsers(): PolicyPrincipal[] {
  return Array.from({ length: 1000 }, (_, i) => ({
    kind: 'user',
    account: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/u${i}`,
    id: `AIDA${i}`,
  }));
}

function manyGrants(): PolicyGrant[] {
  return Array.from({ length: 50_000 }, (_, i) => ({
    grantId: `g${i}`,
    grantee: `arn:aws:iam::${ACCOUNT}:user/u${i}`,
    actions: ['kms:Encrypt'],
    issuingAccount: ACCOUNT,
  }));
}

export function policyBench(): void {
  const users = thousandUsers();
  const cases: Case[] = [
    identityOnly(),
    kmsDecrypt(undefined, [john]),
    { ...kmsDecrypt(undefined, users), name: '    the same, 1,000 principals' },
    { ...kmsDecrypt(manyGrants(), users), name: '    the same, and 50,000 grants on the key' },
    tenManaged(),
  ];
  for (const one of cases) {
    const perSecond = measure(one);
    const figure = Math.round(perSecond).toLocaleString('en').padStart(12);
    console.log(`${one.name.padEnd(64)} ${figure} /s ${(1e6 / perSecond).toFixed(2).padStart(7)} us`);
  }
  const kibibytes = (bytesPerPolicy() / 1024).toFixed(1);
  console.log(
    `${'memory of a policy of five statements, compiled and used'.padEnd(64)} ${kibibytes.padStart(12)} KiB`,
  );
}

if (import.meta.main) policyBench();
