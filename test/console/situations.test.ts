/** What the console asks: what is wrong now, how it went, what decided it, and what would change it; with nothing changed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  CreateSnapshotCommand,
  DescribeInstancesCommand,
  EC2Client,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import type { LoggedCall } from '../../src/control/call-log.ts';
import type { ExplanationAnswer } from '../../src/control/explanations.ts';
import type { Paths } from '../../src/explain/paths/paths.ts';
import type { Tried } from '../../src/explain/rehearsed/trying.ts';
import type { CallDecisions, DocumentedDecision } from '../../src/explain/what-if/decisions.ts';
import type { StandingProblem } from '../../src/explain/why/standing.ts';
import type { Timeline } from '../../src/explain/why/timeline.ts';
import { ACCOUNT } from '../worlds/account.ts';
import { startServerFor, type TestServer } from '../worlds/server.ts';

interface Story {
  readonly instanceId: string;
  readonly volumeId: string;
  readonly key: string;
}

let server: TestServer;
let story: Story;

const problems = async () => (await server.ask<{ problems: StandingProblem[] }>('problems')).problems;
const explained = () => server.ask<ExplanationAnswer>('explain', { subject: story.instanceId });

before(async () => {
  server = await startServerFor(undefined);
  story = await server.ask<Story>('johns-story');
});
after(() => server.close());

describe('what is wrong now', () => {
  test('names the instance that stopped, and the call that was refused', async () => {
    const [problem, ...others] = await problems();
    assert.deepEqual(others, []);
    assert.equal(problem?.kind, 'instance');
    assert.equal(problem?.subject, story.instanceId);
    assert.match(problem?.symptom ?? '', /was stopped: Client\.InternalError/);
    assert.deepEqual(
      [problem?.who, problem?.action, problem?.resource],
      ['user john', 'kms:CreateGrant', story.key],
    );
  });

  test('names a call that a key is too disabled for, and no longer once it works', async () => {
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.Arn as string;
    await kms.send(new DisableKeyCommand({ KeyId }));
    await kms.send(new DescribeKeyCommand({ KeyId }));
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') })).catch(() => undefined);
    const [newest] = await problems();
    assert.equal(newest?.kind, 'call');
    assert.match(newest?.symptom ?? '', /kms:Encrypt on key .* failed: DisabledException/);
    const { steps } = await server.ask<Timeline>('timeline', { subject: newest?.subject });
    assert.match(steps[0]?.title ?? '', /^the root user of account \d+ called DisableKey on key/);
    await server.ask('perform', { service: 'kms', operation: 'EnableKey', input: { KeyId } });
    await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    assert.deepEqual(
      (await problems()).map(({ kind }) => kind),
      ['instance'],
    );
  });
});

test('the timeline has each step in the lane of who acts, the cause among them', async () => {
  const { lanes, steps } = await server.ask<Timeline>('timeline', { subject: story.instanceId });
  assert.deepEqual(lanes, { caller: 'user john', service: 'EC2', kms: 'KMS', resource: story.instanceId });
  assert.deepEqual(
    steps.map(({ lane, outcome, isCause = false }) => [lane, outcome, isCause]),
    [
      ['caller', 'allowed', false],
      ['kms', 'denied', true],
      ['resource', 'changed', false],
      ['resource', 'failed', false],
    ],
  );
  assert.equal(steps[1]?.rights, 'EC2, with the rights of user john');
});

/** By as many answers as it takes: each ends when it has taken long enough. */
async function allPaths(body: object = {}): Promise<Paths[]> {
  const answers: Paths[] = [];
  for (let after: number | undefined = 0; after !== undefined; after = answers.at(-1)?.next) {
    const answer: Paths = await server.ask('paths', { ...body, after });
    answers.push(answer);
  }
  return answers;
}

test('the paths lead from who asked to the key, and on to what lies under it', async () => {
  const { key, volumeId, instanceId } = story;
  const { SnapshotId } = await server
    .client(EC2Client)
    .send(new CreateSnapshotCommand({ VolumeId: volumeId }));
  const answers = await allPaths();
  const [nodes, edges] = [answers.flatMap((each) => each.nodes), answers.flatMap((each) => each.edges)];
  const between = edges.map(({ from, to, state }) => [from, to, state]);
  for (const edge of [
    [`arn:aws:iam::${ACCOUNT}:user/john`, key, 'broken'],
    [`arn:aws:iam::${ACCOUNT}:root`, `key policy ${key}`, 'allowed'],
    [`key policy ${key}`, key, 'allowed'],
    [key, volumeId, 'allowed'],
    [key, SnapshotId, 'allowed'],
    [volumeId, instanceId, 'allowed'],
  ])
    assert.ok(
      between.some((each) => JSON.stringify(each) === JSON.stringify(edge)),
      edge.join(' -> '),
    );
  const john = nodes.find(({ name }) => name === 'user john');
  assert.deepEqual([john?.kind, john?.noun, john?.account], ['principal', 'user', ACCOUNT]);
  const refused = edges.find(({ state }) => state === 'broken');
  assert.equal(refused?.label, 'CreateGrant');
  assert.match(refused?.reason ?? '', /was stopped/);
  await assert.rejects(server.ask('paths', { key: 'alias/none' }), /There is no key alias\/none/);
  // Of one principal nobody else, and no grant that another holds.
  const session = `arn:aws:sts::${ACCOUNT}:federated-user/nightly`;
  await server
    .client(KMSClient)
    .send(new CreateGrantCommand({ KeyId: key, GranteePrincipal: session, Operations: ['Decrypt'] }));
  for (const [principal, ids] of [
    ['user john', [`arn:aws:iam::${ACCOUNT}:user/john`]],
    ['federated-user/night', [session]],
    ['nobody', []],
  ] as const) {
    const of = await allPaths({ principal });
    assert.deepEqual(
      of
        .flatMap((each) => each.nodes)
        .filter(({ kind }) => kind === 'principal')
        .map(({ id }) => id),
      ids,
    );
  }
});

test('the paths of many keys come by pages, what was refused in the first', async () => {
  const elsewhere = server.client(KMSClient, undefined, { region: 'eu-west-1' });
  const { KeyMetadata } = await elsewhere.send(new CreateKeyCommand({}));
  for (let times = 0; times < 41; times++)
    await server.ask('perform', { service: 'kms', operation: 'CreateKey' });
  const keysOf = ({ nodes }: Paths) => nodes.filter(({ kind }) => kind === 'key').map(({ id }) => id);
  const answers = await allPaths();
  const [first, ...others] = answers as [Paths, ...Paths[]];
  assert.ok(others.length > 0);
  assert.ok(first.edges.some(({ state }) => state === 'broken'));
  const found = new Set(answers.flatMap(keysOf));
  assert.equal(found.size, keysOf(first).length + first.omitted);
  assert.ok(found.size > 41);
  assert.ok(
    !found.has(String(KeyMetadata?.Arn)),
    'a key of another Region with nothing of this one under it',
  );
});

describe('a decision', () => {
  test('shows every policy with its document, and is made again with another', async () => {
    const eventId = (await explained()).event?.eventID;
    const { decisions } = await server.ask<CallDecisions>('decision', { eventId });
    const decision = decisions[0]?.decision as DocumentedDecision;
    assert.deepEqual(
      decision.policies.map(({ policyName, outcome }) => [policyName, outcome]),
      [
        ['key policy', 'allow'],
        ['user john, inline policy ec2-all', 'no match'],
      ],
    );
    assert.match(decision.documents[1] ?? '', /"ec2:\*"/);
    const all = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}';
    const again = await server.ask<DocumentedDecision>('decide', { eventId, documents: { 1: all } });
    assert.equal(again.decision.allowed, true);
    const only = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*",
      "Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}]}`;
    const viaS3 = { 'kms:ViaService': ['s3.us-east-1.amazonaws.com'] };
    for (const [conditions, allowed] of [
      [{}, false],
      [viaS3, true],
    ] as const) {
      const asked = { eventId, documents: { 1: only }, conditions };
      assert.equal((await server.ask<DocumentedDecision>('decide', asked)).decision.allowed, allowed);
    }
    // A key without values is taken out of the request.
    const direct = only.replace(
      '"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}',
      '"Null":{"kms:ViaService":"true"}',
    );
    for (const [conditions, allowed] of [
      [{}, false],
      [{ 'kms:ViaService': [] }, true],
    ] as const) {
      const asked = { eventId, documents: { 1: direct }, conditions };
      const told = await server.ask<DocumentedDecision>('decide', asked);
      assert.equal(told.decision.allowed, allowed);
      assert.equal('kms:ViaService' in told.conditions, !allowed);
    }
  });

  test('says where a document cannot be read', async () => {
    const eventId = (await explained()).event?.eventID;
    const body = JSON.stringify({ eventId, documents: { 1: '{\n  "Version": oops\n}' } });
    const headers = { authorization: `Bearer ${server.latchkey.token}` };
    const response = await fetch(`${server.url}/_latchkey/v1/decide`, { method: 'POST', headers, body });
    assert.equal(response.status, 400);
    const { message, place } = (await response.json()) as { message: string; place: object };
    assert.match(message, /^The policy is not JSON at line 2/);
    assert.deepEqual(place, { line: 2, column: 14 });
  });
});

test('what is described is on no record, and nobody is denied it', async () => {
  const sequence = async () => (await server.ask<{ sequence: number }>('call-log')).sequence;
  const before = await sequence();
  const calls = [
    { service: 'ec2', operation: 'DescribeInstances', input: { InstanceIds: [story.instanceId] } },
    { service: 'kms', operation: 'DescribeKey', input: { KeyId: 'alias/none' } },
  ];
  const { answers } = await server.ask<{ answers: { output?: object; error?: { code: string } }[] }>(
    'describe',
    { calls },
  );
  assert.match(JSON.stringify(answers[0]?.output), new RegExp(story.instanceId));
  assert.equal(answers[1]?.error?.code, 'NotFoundException');
  assert.equal(await sequence(), before);
});

test('the stream goes on where it was left, and ends with the server', async () => {
  const reading = new AbortController();
  const response = await fetch(`${server.url}/_latchkey/v1/call-stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.latchkey.token}` },
    body: JSON.stringify({ after: 0 }),
    signal: reading.signal,
  });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (text.includes('kms:CreateGrant')) break;
  }
  assert.match(text, /^data: \{"calls":\[\{"sequence":1,/m);
  reading.abort();
});

test('trying changes nothing; applied, the call goes through when it is made again', async () => {
  // What a rule does with the events of a start, and fails to, is no part of the start.
  const rule = { Name: 'starts', EventPattern: '{"source":["aws.ec2"]}' };
  await server.ask('perform', { service: 'events', operation: 'PutRule', input: rule });
  const Targets = [{ Id: 'log', Arn: `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/aws/events/none` }];
  await server.ask('perform', {
    service: 'events',
    operation: 'PutTargets',
    input: { Rule: 'starts', Targets },
  });
  const { remedies, outerEvent } = await explained();
  assert.equal(remedies.length, 1);
  const changes = remedies.flatMap(({ calls = [] }) => calls);
  const eventId = outerEvent?.eventID;
  assert.equal((await server.ask<Tried>('try', { eventId, changes: [] })).allowed, false);
  const tried = await server.ask<Tried>('try', { eventId, changes });
  assert.equal(tried.allowed, true);
  assert.ok(tried.plan.every(({ allowed }) => allowed));
  assert.equal((await server.ask<Tried>('try', { eventId, changes: [] })).allowed, false);
  for (const form of [remedies[0]?.code?.terraform, remedies[0]?.code?.cdk])
    assert.match(form ?? '', /kms:CreateGrant/);

  for (const change of changes) {
    const { by } = await server.ask<{ by: string }>('perform', { ...change, as: 'admin' });
    assert.equal(by, `arn:aws:iam::${ACCOUNT}:user/admin`);
  }
  const { calls } = await server.ask<{ calls: LoggedCall[] }>('activity', { action: 'PutUserPolicy' });
  assert.equal(calls[0]?.principal, `arn:aws:iam::${ACCOUNT}:user/admin`);
  await assert.rejects(server.ask('perform', { ...changes[0], as: 'role/x' }), /root, admin or user/);
  assert.equal((await explained()).now, 'allowed');
  const { requestId } = await server.ask<{ requestId: string }>('repeat', { eventId });
  await server.settled();
  assert.deepEqual(await problems(), []);
  const { steps } = await server.ask<Timeline>('timeline', { subject: requestId });
  assert.equal(steps.at(-1)?.title, `${story.instanceId} is running`);
  const ec2 = server.client(EC2Client);
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [story.instanceId] }));
  assert.equal(Reservations?.[0]?.Instances?.[0]?.State?.Name, 'running');
  await assert.doesNotReject(ec2.send(new StartInstancesCommand({ InstanceIds: [story.instanceId] })));
});

test('a change that no service would store is refused in its words', async () => {
  const { event } = await explained();
  const change = {
    service: 'iam',
    operation: 'PutUserPolicy',
    input: { UserName: 'john', PolicyName: 'x', PolicyDocument: '{}' },
  };
  await assert.rejects(
    server.ask('try', { eventId: event?.eventID, changes: [change] }),
    /The change itself is refused: PutUserPolicy: MalformedPolicyDocument/,
  );
  await assert.rejects(
    server.ask('try', { eventId: event?.eventID, changes: [{ ...change, operation: 'constructor' }] }),
    /There is no call iam:constructor here/,
  );
});

test('numbers that no number can be made of are refused', async () => {
  const { event } = await explained();
  const odd = { toString: 1, valueOf: 1 };
  for (const [question, body] of [
    ['clock', { advanceMs: odd }],
    ['call-log', { after: odd }],
  ] as const) {
    await assert.rejects(server.ask(question, body), /back|sequence number/);
  }
  await assert.rejects(server.ask('decide', { eventId: event?.eventID, at: odd }));
  assert.deepEqual(server.defects, []);
});
