/** Policies of parameters: they expire, and somebody is told of it, or that nobody has changed them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { dueAtMs, readPolicies } from '../../src/services/ssm/policy/parameter-policy.ts';
import { allowing, emittedEvents, statement, userWith } from '../worlds/account.ts';
import { refusal, startServerFor, type TestServer } from '../worlds/server.ts';

const HOUR_MS = 3_600_000;
const policy = (Type: string, Attributes: object) => ({ Type, Version: '1.0', Attributes });
const expiring = (Timestamp: unknown) => policy('Expiration', { Timestamp });
const before = (Before: string, Unit = 'Hours') => policy('ExpirationNotification', { Before, Unit });
const after = (After: unknown, Unit = 'Hours') => policy('NoChangeNotification', { After, Unit });
/** No text can be made of it by String. */
const ODD = { toString: 1, valueOf: 1 };
const iso = (atMs: number) => new Date(atMs).toISOString();

const putter =
  (ssm: SSMClient) =>
  (Name: string, policies?: readonly object[], rest: Partial<PutParameterCommandInput> = {}) =>
    ssm.send(
      new PutParameterCommand({
        Name,
        Value: 'v',
        Type: 'String',
        Tier: 'Advanced',
        Overwrite: true,
        Policies: policies && JSON.stringify(policies),
        ...rest,
      }),
    );

const policyEvents = async (server: TestServer) =>
  (await emittedEvents(server))
    .filter(({ 'detail-type': type }) => type === 'Parameter Store Policy Action')
    .map(({ detail }) => detail as Record<string, string>);

describe('policies', () => {
  test('delete the parameter at its time, and tell of it before', async (t) => {
    const server = await startServerFor(t);
    const ssm = server.client(SSMClient);
    const put = putter(ssm);
    const policies = [expiring(iso(Date.now() + 10 * HOUR_MS)), before('4')];
    assert.deepEqual((await put('gone', policies)).Tier, 'Advanced');
    // A change of the value moves nothing.
    await put('gone');
    const shown = async () => {
      const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
      return Parameters!.flatMap(({ Policies = [] }) =>
        Policies.map(({ PolicyType, PolicyStatus }) => `${PolicyType} ${PolicyStatus}`),
      );
    };
    assert.deepEqual(await shown(), ['Expiration Pending', 'ExpirationNotification Pending']);
    await server.advance(7 * HOUR_MS);
    assert.deepEqual(await shown(), ['Expiration Pending', 'ExpirationNotification Finished']);
    const [told, ...more] = await policyEvents(server);
    assert.deepEqual(more, []);
    assert.deepEqual(told, {
      'parameter-name': 'gone',
      'parameter-type': 'String',
      'policy-type': 'ExpirationNotification',
      'policy-content': JSON.stringify(policies[1]),
      'action-status': 'SUCCESS',
    });
    const { Parameters: history } = await ssm.send(new GetParameterHistoryCommand({ Name: 'gone' }));
    assert.deepEqual(
      history!.map(({ Policies }) => Policies),
      [1, 2].map(() => policies.map((each) => ({ PolicyText: JSON.stringify(each), PolicyType: each.Type }))),
    );
    await server.advance(4 * HOUR_MS);
    const gone = await refusal(ssm.send(new GetParameterCommand({ Name: 'gone' })));
    assert.equal(gone.code, 'ParameterNotFound');
    const types = (await policyEvents(server)).map((detail) => detail['policy-type']);
    assert.deepEqual(types, ['ExpirationNotification', 'Expiration']);
  });

  test('tell that nobody has changed it, from each change anew', async (t) => {
    const server = await startServerFor(t);
    const put = putter(server.client(SSMClient));
    await put('kept', [after('2', 'Days')]);
    const count = async () => (await policyEvents(server)).length;
    await server.advance(36 * HOUR_MS);
    await put('kept');
    await server.advance(36 * HOUR_MS);
    assert.equal(await count(), 0);
    await server.advance(24 * HOUR_MS);
    assert.equal(await count(), 1);
    await put('kept');
    await server.advance(49 * HOUR_MS);
    assert.equal(await count(), 2);
  });

  test('are due to the millisecond: an expiration at its time, a notification as long before it as it says', () => {
    const atMs = Date.UTC(2030, 0, 31, 12);
    const policies = readPolicies(JSON.stringify([expiring(iso(atMs)), before('4'), after('2', 'Days')]));
    const putAtMs = Date.UTC(2030, 0, 1);
    const due = policies.map((each) => dueAtMs(each, { policies, atMs: putAtMs }));
    assert.deepEqual(due, [atMs, atMs - 4 * HOUR_MS, putAtMs + 48 * HOUR_MS]);
  });

  test('give way to others, and to an empty one', async (t) => {
    const server = await startServerFor(t);
    const ssm = server.client(SSMClient);
    const put = putter(ssm);
    await put('stays', [expiring(iso(Date.now() + HOUR_MS))]);
    await put('stays', [expiring(iso(Date.now() + 9 * HOUR_MS)), after('1')]);
    await server.advance(3 * HOUR_MS);
    assert.equal((await policyEvents(server)).length, 1);
    await put('stays', [{}]);
    await server.advance(20 * HOUR_MS);
    const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: 'stays' }));
    assert.equal(parameter!.Version, 3);
    const { Parameters } = await ssm.send(new DescribeParametersCommand({}));
    assert.deepEqual(Parameters![0]!.Policies, []);
  });

  test('may have times with an offset, and make a parameter advanced that may be either', async (t) => {
    const server = await startServerFor(t);
    const put = putter(server.client(SSMClient));
    const { Tier } = await put('late', [expiring('2040-11-01T22:13:48.87+10:30:00')], {
      Tier: 'Intelligent-Tiering',
    });
    assert.equal(Tier, 'Advanced');
  });

  for (const [what, policies, code, rest] of [
    ['of a standard parameter', [after('1')], 'ValidationException', { Tier: 'Standard' }],
    ['of another type', [policy('Rotation', {})], 'InvalidPolicyTypeException'],
    ['of another version', [{ ...after('1'), Version: '2.0' }], 'InvalidPolicyAttributeException'],
    ['without a time', [policy('Expiration', {})], 'InvalidPolicyAttributeException'],
    ['with a time that is none', [expiring('2040-13-01T00:00:00Z')], 'InvalidPolicyAttributeException'],
    ['of no hours', [after('0')], 'InvalidPolicyAttributeException'],
    ['of half an hour', [after('0.5')], 'InvalidPolicyAttributeException'],
    ['with a time that no text can be made of', [expiring(ODD)], 'InvalidPolicyAttributeException'],
    ['of hours that no text can be made of', [after(ODD)], 'InvalidPolicyAttributeException'],
    ['of weeks', [after('1', 'Weeks')], 'InvalidPolicyAttributeException'],
    ['of an expiration that there is not', [before('1')], 'InvalidPolicyAttributeException'],
    [
      'of two expirations',
      [expiring('2040-01-01T00:00:00Z'), expiring('2041-01-01T00:00:00Z')],
      'IncompatiblePolicyException',
    ],
    ['beyond ten', Array.from({ length: 11 }, () => after('1')), 'PoliciesLimitExceededException'],
    ['that are no JSON', undefined, 'ValidationException', { Policies: '[{' }],
    ['that are no list', undefined, 'ValidationException', { Policies: '{}' }],
    ['that are a list of lists', undefined, 'ValidationException', { Policies: '[[]]' }],
  ] as const) {
    test(`${what} are refused`, async (t) => {
      const server = await startServerFor(t);
      const put = putter(server.client(SSMClient));
      assert.equal((await refusal(put('p', policies, rest))).code, code);
    });
  }

  test('are a condition of the caller', async (t) => {
    const server = await startServerFor(t);
    const none = statement('ssm:PutParameter', {
      Effect: 'Deny',
      Condition: { Bool: { 'ssm:Policies': 'true' } },
    });
    const credentials = await userWith(server, 'john', allowing('ssm:*'), none);
    const put = putter(server.client(SSMClient, credentials));
    await put('p');
    assert.equal((await refusal(put('p', [after('1')]))).code, 'AccessDeniedException');
  });
});
