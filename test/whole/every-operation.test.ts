/**
 * What holds of every operation that is served, by enumeration of the registry: an operation that is added is tested
 * here without a line being written. `FUZZ_SEED` and `FUZZ_RUNS` change what random inputs are tried.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { Operation } from '../../src/invoke/operation.ts';
import { serviceIds, serviceShapes } from '../../src/shapes/services.ts';
import { ACCOUNT, type AuditRecord, auditRecords, OTHER_ACCOUNT } from '../worlds/account.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';
import { type Answer, type AnyClient, callByName, clientsOf, SIGNING_ONLY } from './operations/any-client.ts';
import { checkedActions } from './operations/checked-actions.ts';
import { anyInput, plausibleInput } from './operations/inputs.ts';
import { furnish, type Pool } from './operations/world.ts';

const SEED = Number(process.env.FUZZ_SEED ?? 20261122);
const RUNS = Number(process.env.FUZZ_RUNS ?? 6);

const DENIED: Readonly<Record<string, string>> = {
  kms: 'AccessDeniedException',
  iam: 'AccessDenied',
  sts: 'AccessDenied',
  ec2: 'UnauthorizedOperation',
  ebs: 'AccessDeniedException',
  cloudtrail: 'AccessDeniedException',
  organizations: 'AccessDeniedException',
  autoscaling: 'AccessDenied',
  cloudformation: 'AccessDenied',
  events: 'AccessDeniedException',
  logs: 'AccessDeniedException',
  ssm: 'AccessDeniedException',
  cloudwatch: 'AccessDenied',
};

/** What the SDK sends to a host of its own, `stream-…`, which no server on this machine has. */
const ELSEWHERE = ['logs:GetLogObject', 'logs:StartLiveTail'];

/** Operations that AWS lets everybody call who has credentials at all. */
const NEED_NO_PERMISSION = ['sts:GetCallerIdentity', 'sts:GetSessionToken'];

/** Where AWS answers something else than a denial to somebody without permissions, and why. */
const OTHERWISE_REFUSED: Readonly<Record<string, { code: string; because: string }>> = {
  'sts:AssumeRoleWithWebIdentity': {
    code: 'InvalidIdentityToken',
    because: 'requests are not signed: a token proves who calls',
  },
};

/** Ids of what an account has made; some kinds are Amazon's for everybody, and an account's are known by its number. */
const OWN_ID =
  /(?<![\w-])(?:(?!ami-|snap-|vpce-svc-)[a-z]+(?:-[a-z]+)*-[0-9a-f]{17}|A(?!NPA)[A-Z]{3}[A-Z2-7]{17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g;

let server: TestServer;
let operations: readonly Operation[];
let pool: Pool;
let root: Record<string, AnyClient>;
let nobody: Record<string, AnyClient>;

const nameOf = ({ service, name }: Operation) => `${service.id}:${name}`;

/** CloudTrail's records of one request, of the external call and of calls that a service made for it. */
const recordsOf = ({ requestId }: Answer) => auditRecords(server, { requestId });

const isExternal = ({ event }: AuditRecord) =>
  (event.userIdentity as { invokedBy?: string }).invokedBy === undefined;

before(async () => {
  server = await startServerFor(undefined);
  operations = [...server.latchkey.runtime.registry.operations()];
  pool = await furnish(server);
  root = await clientsOf(server, await server.root());
  nobody = await clientsOf(server, pool.nobody);
});

after(async () => {
  await server.settled();
  await server.close();
});

test('there is much to enumerate', () => {
  assert.ok(operations.length > 150, `${operations.length} operations`);
});

test('what needs no permission is what AWS says needs none', () => {
  const exempt = operations.filter(({ definition }) => definition.exempt).map(nameOf);
  assert.deepEqual(exempt.sort(), NEED_NO_PERMISSION);
});

describe('somebody without permissions', () => {
  test('is refused every operation, with the code of its service and one record that tells the decision', async () => {
    const wrong: string[] = [];
    const told = new Map<string, string>();
    for (const operation of operations) {
      if (operation.definition.exempt) continue;
      const name = nameOf(operation);
      const answer = await callByName(nobody, operation, plausibleInput(operation, pool));
      const expected = OTHERWISE_REFUSED[name]?.code ?? DENIED[operation.service.id];
      if (answer.code !== expected) {
        wrong.push(`${name}: ${answer.code ?? 'succeeded'} ${answer.message ?? ''}`);
        continue;
      }
      // The event history shows management only.
      if (!operation.definition.audit?.dataEvent) told.set(answer.requestId as string, name);
      if (OTHERWISE_REFUSED[name]) continue;
      const records = await recordsOf(answer);
      const [record] = records;
      const decisions = record?.decisions ?? [];
      if (records.length !== 1) wrong.push(`${name}: ${records.length} records`);
      if (decisions.at(-1)?.decision.allowed !== false) wrong.push(`${name}: no denial in its record`);
      if (record?.event.eventName !== operation.name) wrong.push(`${name}: recorded under another name`);
    }
    assert.deepEqual(wrong, []);
    await assertLookedUp(told);
  });
});

/** What nobody else has a thing called. */
const NAME = 'of-mine-alone';
/** What more there is to list, beside what all tests here make use of. */
const MORE: Readonly<Record<string, object>> = {
  'cloudwatch:PutDashboard': { DashboardName: NAME, DashboardBody: '{"widgets":[]}' },
  'cloudwatch:PutMetricAlarm': {
    ...{ AlarmName: NAME, MetricName: 'm', Namespace: 'n', ComparisonOperator: 'GreaterThanThreshold' },
    ...{ EvaluationPeriods: 1, Period: 60, Statistic: 'Sum', Threshold: 1 },
  },
  'ec2:AllocateAddress': {},
  'ec2:CreateCustomerGateway': { Type: 'ipsec.1', PublicIp: '203.0.113.1', BgpAsn: 65000 },
  'ec2:CreateDhcpOptions': { DhcpConfigurations: [{ Key: 'domain-name', Values: ['example.com'] }] },
  'ec2:CreateKeyPair': { KeyName: NAME },
  'ec2:CreateManagedPrefixList': { PrefixListName: NAME, MaxEntries: 1, AddressFamily: 'IPv4' },
  'ec2:CreatePlacementGroup': { GroupName: NAME, Strategy: 'cluster' },
  'ec2:CreateVpnGateway': { Type: 'ipsec.1' },
  'iam:CreateOpenIDConnectProvider': { Url: `https://${NAME}.example.com` },
  'iam:CreateVirtualMFADevice': { VirtualMFADeviceName: NAME },
  'logs:PutQueryDefinition': { name: NAME, queryString: 'fields @message' },
  'ssm:PutParameter': { Name: `/${NAME}`, Type: 'String', Value: 'v' },
};

test('what lists without being given a name lists nothing that another account has', async () => {
  for (const [name, input] of Object.entries(MORE)) {
    const operation = operations.find((each) => nameOf(each) === name) as Operation;
    const { code, message } = await callByName(root, operation, input);
    assert.equal(code, undefined, `${name}: ${message}`);
  }
  const other = await clientsOf(server, await server.root(OTHER_ACCOUNT));
  const shown = new Set<string>();
  const foreign: string[] = [];
  for (const operation of operations.filter(({ definition }) => definition.readOnly)) {
    const theirs = await callByName(other, operation, {});
    if (theirs.code) continue;
    const text = JSON.stringify(theirs.output);
    const { output } = await callByName(root, operation, {});
    const ids = JSON.stringify(output).match(OWN_ID) ?? [];
    for (const id of ids) shown.add(id);
    const seen = [ACCOUNT, NAME, ...ids].find((id) => text.includes(id));
    if (seen !== undefined) foreign.push(`${nameOf(operation)}: ${seen}`);
  }
  assert.deepEqual(foreign, []);
  assert.ok(shown.size > 50, `${shown.size} resources are listed to their own account`);
});

test('each operation checks the actions that the golden file lists, on these types of resource and with these keys', async () => {
  const golden = new URL('golden/checked-actions.txt', import.meta.url);
  const checked = await checkedActions(server, operations, nobody, pool);
  if (process.env.GOLDEN === 'write') writeFileSync(golden, `${checked.join('\n')}\n`);
  const expected = readFileSync(golden, 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    {
      missing: expected.filter((line) => !checked.includes(line)),
      new: checked.filter((line) => !expected.includes(line)),
    },
    { missing: [], new: [] },
    'where the change is meant, npm run golden rewrites the file',
  );
});

/** Each of these requests is one event that LookupEvents shows. */
async function assertLookedUp(requests: ReadonlyMap<string, string>): Promise<void> {
  const seen = new Map<string, number>();
  const lookup = operations.find(({ name }) => name === 'LookupEvents') as Operation;
  let NextToken: string | undefined;
  do {
    const page = await callByName(root, lookup, { NextToken, MaxResults: 50 });
    const { Events = [] } = page.output as { Events?: { CloudTrailEvent: string }[] };
    for (const { CloudTrailEvent } of Events) {
      const { requestID, eventName } = JSON.parse(CloudTrailEvent);
      if (requests.get(requestID)?.endsWith(`:${eventName}`)) {
        seen.set(requestID, (seen.get(requestID) ?? 0) + 1);
      }
    }
    NextToken = (page.output as { NextToken?: string }).NextToken;
  } while (NextToken);
  const missing = [...requests].filter(([id]) => seen.get(id) !== 1).map(([, name]) => name);
  assert.deepEqual(missing, []);
}

describe('random inputs from the root user', () => {
  for (const service of serviceIds) {
    test(`${service}: answered in the form of its protocol, recorded once, never with a defect`, async () => {
      for (const operation of operations.filter((each) => each.service.id === service)) {
        await fc
          .assert(
            fc.asyncProperty(anyInput(operation, pool), async (input) => {
              const answer = await callByName(root, operation, input);
              assert.deepEqual(server.defects.splice(0), [], 'the server had an error of its own');
              assert.ok(!answer.unreadable, `the client cannot read the answer: ${answer.message}`);
              assert.ok(
                (answer.status as number) < 500,
                `${answer.status} ${answer.code}: ${answer.message}`,
              );
              assert.match(answer.requestId as string, /^[0-9a-f-]{36}$/);
              const records = (await recordsOf(answer)).filter(isExternal);
              // Where nothing is signed, a malformed request may tell no account.
              const isAnybodys = operation.definition.exempt ?? operation.definition.bearer;
              if (!isAnybodys || records.length > 0) {
                assert.deepEqual(
                  records.map(({ event }) => event.eventName),
                  [operation.name],
                );
              }
              if (!answer.code && !operation.definition.exempt) {
                assert.ok((records[0]?.decisions.length ?? 0) > 0, 'it was allowed without a decision');
              }
            }),
            { seed: SEED, numRuns: RUNS, endOnFailure: true, includeErrorInReport: true },
          )
          .catch((error: Error) => {
            throw new Error(`${nameOf(operation)}: ${error.message}`, { cause: error });
          });
      }
      await server.settled();
      assert.deepEqual(server.defects.splice(0), [], 'simulated work failed');
    });
  }
});

describe('what AWS has and Latchkey does not serve', () => {
  for (const id of serviceIds) {
    test(`${id}: each operation is refused by name`, async () => {
      const wrong: string[] = [];
      const shapes = serviceShapes(id);
      for (const name of shapes.operationNames) {
        if (server.latchkey.runtime.registry.operation(id, name) || ELSEWHERE.includes(`${id}:${name}`))
          continue;
        const answer = await callByName(root, { service: { id }, name }, pool.labels);
        const says = `Latchkey does not serve ${id}:${name} yet.`;
        if (answer.code !== 'NotImplemented' || !answer.message?.includes(says)) {
          wrong.push(`${name}: ${answer.code ?? 'succeeded'} ${answer.message}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('a service is refused by name, in a form that its client reads', async () => {
    for (const { signingName, fullName, headers, body } of SIGNING_ONLY) {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: {
          ...headers,
          authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body,
      });
      const text = await response.text();
      assert.equal(response.status, 501, text);
      assert.ok(text.includes(`Latchkey does not serve ${fullName} (${signingName}).`), text);
    }
  });
});
