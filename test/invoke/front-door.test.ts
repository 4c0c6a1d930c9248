/** The front door by itself: its stages, what commits with what, and what a caller can and cannot learn. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { AwsError } from '../../src/aws/aws-error.ts';
import { auditLog } from '../../src/invoke/audit/audit.ts';
import { eventLog } from '../../src/invoke/audit/event-outbox.ts';
import { type Caller, mintExternalCaller } from '../../src/invoke/caller.ts';
import type { CallContext } from '../../src/invoke/context.ts';
import { denialSentence } from '../../src/invoke/denial.ts';
import { createRuntime } from '../../src/invoke/invoke.ts';
import { defineService, type Operation } from '../../src/invoke/operation.ts';
import type { Ports } from '../../src/invoke/port.ts';
import { Registry } from '../../src/invoke/registry.ts';
import type { Runtime } from '../../src/invoke/runtime.ts';
import { type Workflow, WorkflowRunner, workflow } from '../../src/invoke/workflow.ts';
import { workflowRef } from '../../src/invoke/workflow-ref.ts';
import { Health } from '../../src/platform/health.ts';
import { systemEntropy, systemTurns } from '../../src/platform/node/index.ts';
import { openEphemeralSealer } from '../../src/platform/node/sealer.ts';
import type { Timers } from '../../src/platform/ports.ts';
import { internPolicy } from '../../src/policy/intern.ts';
import type { KmsOperations } from '../../src/shapes/generated/kms.ts';
import { serviceShapes } from '../../src/shapes/services.ts';
import { openMemoryStore } from '../../src/store/memory/memory-store.ts';
import { type Store, table } from '../../src/store/store.ts';
import { StoreFailure } from '../../src/store/store-failure.ts';
import { ACCOUNT, rootOf } from '../worlds/account.ts';

/** A service with one kind of thing, known by its KeyId. */
const service = defineService<KmsOperations>({
  shapes: serviceShapes('kms'),
  eventSource: 'kms.amazonaws.com',
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  dryRunPassed: () => new AwsError('DryRunOperationException', 'would have succeeded'),
  forwards: { invokedBy: 'front.amazonaws.com', viaService: (region) => `front.${region}.amazonaws.com` },
});
const things = table<{ id: string; state: string }>()({ name: 'test.things', key: ({ id }) => [id] });
const arnOf = (id: string) => `arn:aws:kms:us-east-1:${ACCOUNT}:key/${id}`;
const check = (action: string, id: string) => ({
  action,
  resource: arnOf(id),
  account: ACCOUNT,
  record: { id },
});

/** A clock and timers that the test moves. */
function handWound() {
  let nowMs = Date.UTC(2026, 0, 1);
  let waiting: { atMs: number; callback: () => void }[] = [];
  const timers: Timers = {
    after(delayMs, callback) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), callback };
      waiting.push(timer);
      return { cancel: () => (waiting = waiting.filter((each) => each !== timer)) };
    },
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock: { nowMs: () => nowMs },
    timers,
    get waiting(): number {
      return waiting.length;
    },
    /** Moves on, running what becomes due in its order, until all is quiet. */
    async advance(byMs: number) {
      const untilMs = nowMs + byMs;
      for (let turns = 0; turns < 50; turns++) {
        await turn();
        const due = waiting.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) continue;
        waiting = waiting.filter((each) => each !== due);
        nowMs = Math.max(nowMs, due.atMs);
        due.callback();
      }
      nowMs = untilMs;
    },
  };
}

let store: Store;
let defects: unknown[];
let policies: object[];
let time: ReturnType<typeof handWound>;

beforeEach(() => {
  store = openMemoryStore();
  defects = [];
  policies = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  time = handWound();
});

function runtime(operations: Operation[], workflows: Workflow[] = []): Runtime {
  const entropy = systemEntropy();
  const identity = () => {
    const source = JSON.stringify({ Version: '2012-10-17', Statement: policies });
    const parsed = internPolicy(source, 'identity');
    assert.ok(parsed.ok);
    return [{ name: 'inline policy', policy: parsed.policy }];
  };
  const ports = {
    policies: { identityPolicies: async () => ({ identity: identity(), tags: {} }) },
    guardrails: { over: async () => undefined },
    sealer: openEphemeralSealer({ entropy }),
    delays: { scaled: (ms: number) => ms },
  } as unknown as Ports;
  const runner = new WorkflowRunner(workflows);
  const made = createRuntime({
    store,
    clock: time.clock,
    timers: time.timers,
    turns: systemTurns,
    entropy,
    ports,
    registry: new Registry(operations),
    workflows: runner,
    health: new Health(() => {}),
    onDefect: (error) => defects.push(error),
  });
  runner.start(made);
  return made;
}

const john: Caller = mintExternalCaller(
  {
    principal: { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/john`, id: 'AIDAJOHN' },
    account: ACCOUNT,
    accessKeyId: 'AKIAJOHN',
    userName: 'john',
  },
  'us-east-1',
  { sourceIp: '192.0.2.1', userAgent: 'test', secureTransport: true },
);

const call = (at: Runtime, operation: Operation, input: object) =>
  at.invoke({ caller: john, operation, input, requestId: 'request-1', atMs: time.clock.nowMs() });

const events = () => store.read((tx) => tx.scan(auditLog, { limit: 100 }));
const thing = (id: string) => store.read((tx) => tx.get(things, [id]));

describe('the front door', () => {
  const enable = service.operation('EnableKey', {
    checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
    execute({ tx, emit }, _input, verdicts) {
      tx.put(things, { id: verdicts.thing.record.id, state: 'enabled' });
      emit({ source: 'test', detailType: 'Enabled', resources: [verdicts.thing.resource], detail: {} });
      return {};
    },
  });

  test('commits state, audit record and event together', async () => {
    await call(runtime([enable]), enable, { KeyId: 'a' });
    assert.deepEqual(await thing('a'), { id: 'a', state: 'enabled' });
    const [entry, ...others] = await events();
    assert.equal(others.length, 0);
    assert.equal(entry?.body.event.eventName, 'EnableKey');
    assert.equal(entry?.body.event.errorCode, undefined);
    assert.equal(entry?.body.decisions.length, 1);
    assert.equal((await store.read((tx) => tx.scan(eventLog, { limit: 10 }))).length, 1);
  });

  test('a call is told to those who listen where it was made, and one who fails does not fail it', async () => {
    const told: string[] = [];
    const listening = workflowRef<{ id: string }>('test.thing.listen');
    const listener: Workflow = {
      ...workflow(listening, service, async () => undefined),
      trigger: ({ source, detailType, account, region }, envelope) => {
        const { 'detail-type': type, time, version } = envelope;
        assert.deepEqual(
          [source, detailType, account, region],
          [envelope.source, type, ACCOUNT, 'us-east-1'],
        );
        told.push(`${version} ${source} ${type} ${time}`);
        return undefined;
      },
    };
    let fails = false;
    let catches = true;
    const listens = async (_store: unknown, _tx: unknown, where: object) => {
      if (fails) throw new Error('deaf');
      assert.deepEqual(where, { account: ACCOUNT, region: 'us-east-1' });
      return true;
    };
    const operation = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute: () => ({}),
    });
    const at = runtime([operation], [listener]);
    Object.assign(at.ports, { audience: { listens, catches: async () => catches } });
    await call(at, operation, { KeyId: 'a' });
    assert.deepEqual(told, ['0 aws.kms AWS API Call via CloudTrail 2026-01-01T00:00:00Z']);
    catches = false;
    await call(at, operation, { KeyId: 'a' });
    assert.equal(told.length, 1, 'no rule is for it');
    fails = true;
    await call(at, operation, { KeyId: 'a' });
    assert.equal((await events()).length, 3);
    assert.deepEqual(
      defects.map((error) => (error as Error).message),
      ['deaf'],
    );
  });

  test('a denied call changes nothing, and leaves its record with what the decision was made of', async () => {
    policies = [{ Effect: 'Allow', Action: 'kms:List*', Resource: '*' }];
    await assert.rejects(call(runtime([enable]), enable, { KeyId: 'a' }), {
      code: 'AccessDeniedException',
      message: `User: arn:aws:iam::${ACCOUNT}:user/john is not authorized to perform: kms:EnableKey on resource: ${arnOf('a')} because no identity-based policy allows the kms:EnableKey action`,
    });
    assert.equal(await thing('a'), undefined);
    const [entry] = await events();
    assert.equal(entry?.body.event.requestParameters, null);
    assert.equal(entry?.body.decisions[0]?.evidence?.identity.length, 1);
  });

  test('an effect that fails takes its writes and events back, and leaves only the record of the error', async () => {
    const failing = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute({ tx, emit }) {
        tx.put(things, { id: 'a', state: 'half' });
        emit({ source: 'test', detailType: 'Half', resources: [], detail: {} });
        throw new AwsError('KMSInvalidStateException', 'not now');
      },
    });
    await assert.rejects(call(runtime([failing]), failing, { KeyId: 'a' }), {
      code: 'KMSInvalidStateException',
    });
    assert.equal(await thing('a'), undefined);
    assert.equal((await store.read((tx) => tx.scan(eventLog, { limit: 10 }))).length, 0);
    const [entry] = await events();
    assert.equal(entry?.body.event.errorMessage, 'not now');
  });

  test('a record has 16 KiB of an error’s message, and says that there was more', async () => {
    const most = 'x'.repeat(16 * 1024);
    for (const [message, recorded] of [
      [most, most],
      [`${most}y`, `${most}...`],
    ] as const) {
      const failing = service.operation('EnableKey', {
        checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
        execute() {
          throw new AwsError('KMSInvalidStateException', message);
        },
      });
      await assert.rejects(call(runtime([failing]), failing, { KeyId: 'a' }), { message });
      const [entry] = await events();
      assert.equal(entry?.body.event.errorMessage, recorded);
    }
  });

  test('a record has 100 KiB of a request, in few members or many', async () => {
    const encrypting = service.operation('Encrypt', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:Encrypt', KeyId) }),
      execute: () => ({}),
    });
    const at = runtime([encrypting]);
    const recorded = async (EncryptionContext: Record<string, string>) => {
      await call(at, encrypting, { KeyId: 'a', Plaintext: Buffer.of(1), EncryptionContext });
      return (await events())[0]?.body.event.requestParameters as Record<string, unknown>;
    };
    for (const valueLength of [1, 10, 1000]) {
      const value = 'v'.repeat(valueLength);
      const of = (pairs: number) =>
        Object.fromEntries(
          Array.from({ length: pairs }, (_, i) => [`k${String(i).padStart(5, '0')}`, value]),
        );
      // The rest of the request takes less than a hundred characters.
      const most = Math.floor((100 * 1024 - 100) / (JSON.stringify({ k00000: value }).length - 1));
      assert.equal(JSON.stringify((await recorded(of(most))).encryptionContext), JSON.stringify(of(most)));
      assert.deepEqual(await recorded(of(most + 10)), { omitted: true });
    }
  });

  test('a defect is ours to hear of: the caller learns nothing of it', async () => {
    const broken = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute() {
        throw new TypeError('secret detail at /some/path');
      },
    });
    await assert.rejects(call(runtime([broken]), broken, { KeyId: 'a' }), (error: AwsError) => {
      assert.equal(error.code, 'InternalFailure');
      assert.equal(error.status, 500);
      assert.doesNotMatch(error.message, /secret|path/);
      return true;
    });
    assert.equal(defects.length, 1);
  });

  test('an operation that forgot to list a check is refused, not let through', async () => {
    const careless = service.operation('EnableKey', { checks: () => ({}), execute: () => ({}) });
    await assert.rejects(call(runtime([careless]), careless, { KeyId: 'a' }), { code: 'InternalFailure' });
    assert.equal(defects.length, 1);
  });

  test('input is judged before anybody is asked for permission', async () => {
    policies = [];
    policies.push({ Effect: 'Deny', Action: '*', Resource: '*' });
    await assert.rejects(call(runtime([enable]), enable, {}), { code: 'ValidationException' });
  });

  test('what does not exist is said only to those who may ask for it', async () => {
    const missing = new AwsError('NotFoundException', "Key 'a' does not exist");
    const describe_ = service.operation('DescribeKey', {
      readOnly: true,
      checks: (_context, { KeyId }) => ({
        thing: { ...check('kms:DescribeKey', KeyId), record: undefined, missing },
      }),
      execute: () => ({}),
    });
    const at = runtime([describe_]);
    await assert.rejects(call(at, describe_, { KeyId: 'a' }), { code: 'NotFoundException' });
    policies = [{ Effect: 'Allow', Action: 'kms:List*', Resource: '*' }];
    await assert.rejects(call(at, describe_, { KeyId: 'a' }), { code: 'AccessDeniedException' });
  });

  test('a dry run is authorized, and does nothing more', async () => {
    const order: string[] = [];
    const grant = service.operation('CreateGrant', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:CreateGrant', KeyId) }),
      preconditions: () => void order.push('preconditions'),
      async calls() {
        order.push('calls');
      },
      execute() {
        order.push('execute');
        return {};
      },
    });
    const input = {
      KeyId: 'a',
      GranteePrincipal: 'arn:aws:iam::123456789012:root',
      Operations: ['Decrypt'],
      DryRun: true,
    };
    await assert.rejects(call(runtime([grant]), grant, input), { code: 'DryRunOperationException' });
    assert.deepEqual(order, []);
  });

  test('that a call is no dry run is nothing that it asks for', async () => {
    const told: object[] = [];
    const grant = service.operation('CreateGrant', {
      checks(_context, input) {
        told.push(input);
        return { thing: check('kms:CreateGrant', input.KeyId) };
      },
      preconditions: (_context, input) => void told.push(input),
      execute(_context, input) {
        told.push(input);
        return {};
      },
    });
    const input = { KeyId: 'a', GranteePrincipal: rootOf(ACCOUNT), Operations: ['Decrypt'] };
    await call(runtime([grant]), grant, { ...input, DryRun: false });
    assert.deepEqual(told, [input, input, input]);
  });

  test('the caller is authorized again after the calls on others: a right revoked meanwhile is gone', async () => {
    const slow = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      async calls() {
        policies = [{ Effect: 'Deny', Action: '*', Resource: '*' }];
      },
      execute({ tx }) {
        tx.put(things, { id: 'a', state: 'enabled' });
        return {};
      },
    });
    await assert.rejects(call(runtime([slow]), slow, { KeyId: 'a' }), { code: 'AccessDeniedException' });
    assert.equal(await thing('a'), undefined);
  });

  test('a forwarded call is judged by the caller behind it, and recorded as made through the service', async () => {
    const inner = service.operation('DescribeKey', {
      readOnly: true,
      checks: (_context, { KeyId }) => ({ thing: check('kms:DescribeKey', KeyId) }),
      execute: () => ({}),
    });
    const outer = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      calls: async (context, { KeyId }) =>
        context.call('kms', 'DescribeKey', { KeyId }).then(
          () => 'allowed',
          (error: AwsError) => `${error.code} ${error.eventId}`,
        ),
      execute: (_context, _input, _verdicts, called) => ({ called }) as object,
    });
    policies = [{ Effect: 'Allow', Action: 'kms:EnableKey', Resource: '*' }];
    const { called } = (await call(runtime([inner, outer]), outer, { KeyId: 'a' })) as { called: string };
    const record = (await events()).find(({ body }) => body.event.eventName === 'DescribeKey')?.body.event;
    assert.equal(called, `AccessDeniedException ${record?.eventID}`);
    assert.equal(record?.sourceIPAddress, 'front.amazonaws.com');
    assert.equal(record?.requestID, 'request-1');
    assert.equal((record?.userIdentity as { userName: string }).userName, 'john');
  });
});

test('a call through several services names each of them, the first called first', async () => {
  const listed = (name: string) =>
    defineService<KmsOperations>({
      shapes: serviceShapes('kms'),
      eventSource: 'kms.amazonaws.com',
      denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
      forwards: { invokedBy: name, calledVia: name },
    });
  const checks =
    (action: string) =>
    (_context: unknown, { KeyId }: { KeyId: string }) => ({
      thing: check(action, KeyId),
    });
  const last = service.operation('DescribeKey', {
    readOnly: true,
    checks: checks('kms:DescribeKey'),
    execute: () => ({}),
  });
  const middle = listed('second.amazonaws.com').operation('DisableKey', {
    checks: checks('kms:DisableKey'),
    calls: (ctx, { KeyId }) => ctx.call('kms', 'DescribeKey', { KeyId }),
    execute: () => ({}),
  });
  const first = listed('first.amazonaws.com').operation('EnableKey', {
    checks: checks('kms:EnableKey'),
    calls: (ctx, { KeyId }) => ctx.call('kms', 'DisableKey', { KeyId }),
    execute: () => ({}),
  });
  policies = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'kms:DescribeKey', Resource: '*' },
  ];
  await assert.rejects(call(runtime([last, middle, first]), first, { KeyId: 'a' }));
  const record = (await events()).find(({ body }) => body.event.eventName === 'DescribeKey')?.body;
  const conditions = record?.decisions[0]?.evidence?.conditions;
  assert.deepEqual(
    ['aws:CalledVia', 'aws:CalledViaFirst', 'aws:CalledViaLast'].map((name) => conditions?.[name]),
    [['first.amazonaws.com', 'second.amazonaws.com'], 'first.amazonaws.com', 'second.amazonaws.com'],
  );
});

describe('what a service may not', () => {
  const none = { checks: () => ({ thing: check('kms:EnableKey', 'a') }) };
  const cases: readonly [string, (ctx: CallContext) => unknown, RegExp][] = [
    ['be an instance of EC2', (ctx) => ctx.asInfrastructure('i-1'), /only EC2 has infrastructure sessions/],
    ['go on for its caller', (ctx) => ctx.asForwarded('session'), /kms may not go on for its caller/],
  ];
  for (const [what, attempt, expected] of cases) {
    test(what, async () => {
      const operation = service.operation('EnableKey', {
        ...none,
        calls: async (ctx) => attempt(ctx),
        execute: () => ({}),
      });
      await assert.rejects(call(runtime([operation]), operation, { KeyId: 'a' }), {
        code: 'InternalFailure',
      });
      assert.match((defects[0] as Error).message, expected);
    });
  }

  test('keep its caller’s session', async () => {
    const operation = service.operation('EnableKey', {
      ...none,
      execute: (context) => ({ session: context.keepForwardSession() }) as object,
    });
    await assert.rejects(call(runtime([operation]), operation, { KeyId: 'a' }), { code: 'InternalFailure' });
    assert.match((defects[0] as Error).message, /kms may not go on for its caller/);
  });
});

describe('durable work', () => {
  const finishStep = workflowRef<{ id: string }>('test.thing.finish');
  const begin = (delayMs: number) =>
    service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute({ schedule }) {
        schedule(finishStep, { id: 'a' }, { delayMs });
        return {};
      },
    });

  test('runs when its time comes, not before', async () => {
    const finish = workflow(
      finishStep,
      service,
      async (_context, { id }) =>
        async ({ tx }) =>
          tx.put(things, { id, state: 'done' }),
    );
    const operation = begin(60_000);
    const server = runtime([operation], [finish]);
    await call(server, operation, { KeyId: 'a' });
    await time.advance(59_999);
    server.workflows.rearm();
    await time.advance(0);
    assert.equal(await thing('a'), undefined);
    await time.advance(1);
    assert.deepEqual(await thing('a'), { id: 'a', state: 'done' });
  });

  test('survives the end of the process that began it', async () => {
    const finish = workflow(
      finishStep,
      service,
      async (_context, { id }) =>
        async ({ tx }) =>
          tx.put(things, { id, state: 'done' }),
    );
    const operation = begin(60_000);
    const first = runtime([operation], [finish]);
    await call(first, operation, { KeyId: 'a' });
    await first.workflows.stop();
    await time.advance(120_000);
    assert.equal(await thing('a'), undefined);
    runtime([operation], [finish]);
    await time.advance(1_000);
    assert.deepEqual(await thing('a'), { id: 'a', state: 'done' });
  });

  test('a step that fails is tried again until it succeeds, and happens once', async () => {
    let tries = 0;
    const flaky = workflow(finishStep, service, async (_context, { id }) => {
      tries++;
      if (tries < 3) throw new Error('not yet');
      return async ({ tx }) => tx.put(things, { id, state: `after ${tries} tries` });
    });
    const operation = begin(0);
    await call(runtime([operation], [flaky]), operation, { KeyId: 'a' });
    await time.advance(600_000);
    assert.deepEqual(await thing('a'), { id: 'a', state: 'after 3 tries' });
    assert.equal(defects.length, 2);
    await time.advance(600_000);
    assert.equal(tries, 3);
  });

  test('a store that takes nothing for a while ends neither the server nor the work', async () => {
    const finish = workflow(
      finishStep,
      service,
      async (_context, { id }) =>
        async ({ tx }) =>
          tx.put(things, { id, state: 'done' }),
    );
    const operation = begin(60_000);
    const world = runtime([operation], [finish]);
    await call(world, operation, { KeyId: 'a' });
    const { transact } = store;
    store.transact = async () => {
      throw new StoreFailure('full', 'there is no room left');
    };
    await time.advance(120_000);
    assert.equal(await thing('a'), undefined);
    await assert.rejects(call(world, operation, { KeyId: 'b' }), { kind: 'full' });
    store.transact = transact;
    await time.advance(10_000);
    assert.deepEqual(await thing('a'), { id: 'a', state: 'done' });
    assert.deepEqual(defects, [], 'the store itself has told of its trouble');
  });

  test('a step that keeps failing is tried after pauses that double', async () => {
    const triedAtMs: number[] = [];
    const failing = workflow(finishStep, service, async () => {
      triedAtMs.push(time.clock.nowMs());
      throw new Error('never');
    });
    const operation = begin(0);
    await call(runtime([operation], [failing]), operation, { KeyId: 'a' });
    for (let minutes = 0; minutes < 30; minutes++) await time.advance(60_000);
    const pauses = triedAtMs.slice(1).map((atMs, index) => atMs - (triedAtMs[index] as number));
    assert.ok(pauses.length >= 6, `${pauses}`);
    assert.ok((pauses[0] as number) > 0);
    for (const [index, pause] of pauses.entries()) {
      // The pauses grow up to a limit.
      assert.equal(pause, (pauses[0] as number) * 2 ** Math.min(index, 8));
    }
  });

  test('steps that are due at one moment run in the order in which they were asked for', async () => {
    const order: string[] = [];
    const noting = workflow(finishStep, service, async (_ctx, { id }) => {
      order.push(id);
      return undefined;
    });
    const ids = Array.from({ length: 20 }, (_, index) => String(index));
    const operation = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute({ schedule }) {
        for (const id of ids) schedule(finishStep, { id }, { delayMs: 1000 });
        return {};
      },
    });
    await call(runtime([operation], [noting]), operation, { KeyId: 'a' });
    for (let seconds = 0; seconds < 5; seconds++) await time.advance(1000);
    assert.deepEqual(order, ids);
  });

  test('sixteen steps run at once at most, and the next when one has ended', async () => {
    const ends: (() => void)[] = [];
    const slow = workflow(finishStep, service, async () => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return undefined;
    });
    const operation = service.operation('EnableKey', {
      checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
      execute({ schedule }) {
        for (let id = 0; id < 40; id++) schedule(finishStep, { id: String(id) }, { delayMs: 0 });
        return {};
      },
    });
    const server = runtime([operation], [slow]);
    await call(server, operation, { KeyId: 'a' });
    await time.advance(10);
    assert.equal(ends.length, 16);
    for (const end of ends.slice(0, 3)) end();
    await time.advance(10);
    assert.equal(ends.length, 19);
    for (let ended = 3; ended < 40; ended++) {
      ends[ended]?.();
      await time.advance(1);
    }
    assert.equal(ends.length, 40);
  });

  test('stopping waits for the steps under way', async () => {
    let finish = () => {};
    let began = false;
    const slow = workflow(finishStep, service, async (_ctx, { id }) => {
      began = true;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return async ({ tx }) => tx.put(things, { id, state: 'done' });
    });
    const operation = begin(0);
    const server = runtime([operation], [slow]);
    await call(server, operation, { KeyId: 'a' });
    await time.advance(1);
    assert.ok(began);
    let stopped = false;
    const stopping = server.workflows.stop().then(() => {
      stopped = true;
    });
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(stopped, false);
    finish();
    await stopping;
    assert.deepEqual(await thing('a'), { id: 'a', state: 'done' });
  });

  test('nothing begins once it is stopped, and no timer is left', async () => {
    let runs = 0;
    const counting = workflow(finishStep, service, async () => {
      runs++;
      return undefined;
    });
    const operation = begin(1000);
    const server = runtime([operation], [counting]);
    await call(server, operation, { KeyId: 'a' });
    assert.equal(time.waiting, 1);
    await server.workflows.stop();
    assert.equal(time.waiting, 0);
    server.workflows.rearm();
    await time.advance(10_000);
    assert.equal(runs, 0);
  });

  test('what an event triggers works in the account and Region of the event', async () => {
    const worked: string[] = [];
    const triggered: Workflow = {
      ...workflow(finishStep, service, async ({ account, region, requestId }) => {
        worked.push(`${account} ${region} ${requestId}`);
        return undefined;
      }),
      trigger: (event) => (event.detailType === 'Test' ? { id: 'a' } : undefined),
    };
    const emitting = (where: { account?: string; region?: string }) =>
      service.operation('EnableKey', {
        checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
        execute({ emit }) {
          for (const detailType of ['Test', 'Other']) {
            emit({ source: 'aws.test', detailType, resources: [], detail: {}, ...where });
          }
          return {};
        },
      });
    for (const where of [{}, { account: '111122223333', region: 'eu-west-1' }]) {
      const operation = emitting(where);
      await call(runtime([operation], [triggered]), operation, { KeyId: 'a' });
      await time.advance(10);
    }
    assert.deepEqual(worked, [`${ACCOUNT} us-east-1 request-1`, '111122223333 eu-west-1 request-1']);
  });

  describe('that looks at all there is of its subject', () => {
    const lookStep = workflowRef<{ group: string; id: string }>('test.group.look', ({ group }) => [group]);
    type Wish = readonly [group: string, id: string, delayMs?: number];
    /** By the key that is enabled: what is asked for then. */
    const asking = (wishes: Readonly<Record<string, readonly Wish[]>>) =>
      service.operation('EnableKey', {
        checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
        execute({ schedule }, { KeyId }) {
          for (const [group, id, delayMs = 0] of wishes[KeyId]!)
            schedule(lookStep, { group, id }, { delayMs });
          return {};
        },
      });

    test('runs once for all that have asked for it, and again for who asks once it has begun', async () => {
      const begun: string[] = [];
      const ends: (() => void)[] = [];
      const look = workflow(lookStep, service, async (_ctx, { group, id }) => {
        begun.push(`${group}${id}`);
        await new Promise<void>((resolve) => ends.push(resolve));
        return async ({ tx }) => tx.put(things, { id: `${group}${id}`, state: 'done' });
      });
      const many = Array.from({ length: 100 }, (_, index) => ['a', String(index)] as const);
      const operation = asking({
        first: [...many, ['b', '0'], ['a', 'later', 60_000]],
        second: [
          ['a', 'again'],
          ['a', 'and again'],
        ],
      });
      const server = runtime([operation], [look]);
      await call(server, operation, { KeyId: 'first' });
      await time.advance(1);
      assert.deepEqual(begun, ['a0', 'b0'], 'one of each subject at a time');
      await call(server, operation, { KeyId: 'second' });
      await time.advance(1);
      assert.deepEqual(begun, ['a0', 'b0'], 'none beside it');
      ends[0]?.();
      await time.advance(1);
      assert.deepEqual(begun, ['a0', 'b0', 'aagain'], 'what was asked for before it began is done');
      assert.deepEqual(await thing('a0'), { id: 'a0', state: 'done' });
      for (const end of ends) end();
      await time.advance(1);
      await time.advance(60_000);
      for (const end of ends) end();
      await time.advance(1);
      assert.deepEqual(begun, ['a0', 'b0', 'aagain', 'alater'], 'what was not due yet is not');
    });

    test('runs again itself when it has failed, whoever has run since', async () => {
      const begun: string[] = [];
      let fails = true;
      const look = workflow(lookStep, service, async (_ctx, { id }) => {
        begun.push(id);
        if (fails) throw new Error('not yet');
        return undefined;
      });
      const operation = asking({ first: [['a', 'first']], second: [['a', 'second']] });
      const server = runtime([operation], [look]);
      await call(server, operation, { KeyId: 'first' });
      await time.advance(10);
      fails = false;
      await time.advance(985);
      await call(server, operation, { KeyId: 'second' });
      await time.advance(5_000);
      assert.deepEqual(begun, ['first', 'second', 'first']);
      assert.equal(defects.length, 1);
    });

    test('is one in each account and Region', async () => {
      const begun: string[] = [];
      const look = workflow(lookStep, service, async ({ account, region }) => {
        begun.push(`${account} ${region}`);
        return undefined;
      });
      const scopes = [
        { account: ACCOUNT, region: 'eu-west-1' },
        { account: '111122223333', region: 'eu-west-1' },
        { account: ACCOUNT, region: 'us-east-1' },
      ];
      const operation = service.operation('EnableKey', {
        checks: (_context, { KeyId }) => ({ thing: check('kms:EnableKey', KeyId) }),
        execute({ schedule }) {
          for (const scope of [...scopes, ...scopes]) schedule(lookStep, { group: 'a', id: '' }, { scope });
          return {};
        },
      });
      await call(runtime([operation], [look]), operation, { KeyId: 'a' });
      await time.advance(10);
      assert.deepEqual(begun.sort(), scopes.map(({ account, region }) => `${account} ${region}`).sort());
    });
  });
});
