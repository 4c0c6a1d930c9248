/** What a record keeps of a call's members, and what of the call can be had back from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hidesAny, inputOfMembers, recordedMembers } from '../../src/invoke/audit/recorded-members.ts';
import { serviceShapes } from '../../src/shapes/services.ts';
import type { Shape } from '../../src/shapes/shape.ts';
import { arbitraryValue } from '../wire/values.ts';

const isShown = (shape: Shape): boolean =>
  shape.type !== 'blob' && !('sensitive' in shape && shape.sensitive === true);

/** What is neither secret nor bytes. */
function shown(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const members = shape.members.filter((member) => isShown(member.shape));
      return Object.fromEntries(
        members.map((member) => [
          member.name,
          shown(member.shape, (value as Record<string, unknown>)[member.name]),
        ]),
      );
    }
    case 'list':
      return (value as unknown[]).map((each) => shown(shape.member, each));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, shown(shape.value, each)]),
      );
    default:
      return value;
  }
}

test('the input of a call is had back from its record, but for what is secret and for bytes', () => {
  const options = { text: fc.stringMatching(/^[a-z]{1,8}$/), shortestList: 1, whole: true };
  for (const [service, operations] of [
    ['kms', ['CreateGrant', 'CreateKey', 'Encrypt', 'ImportKeyMaterial']],
    ['iam', ['CreateUser', 'SimulateCustomPolicy', 'UpdateLoginProfile']],
    ['autoscaling', ['CreateAutoScalingGroup', 'PutScheduledUpdateGroupAction']],
    ['ec2', ['RunInstances', 'CreateVolume']],
    ['logs', ['PutLogEvents', 'CreateLogGroup']],
  ] as const) {
    for (const operation of operations) {
      const shape = serviceShapes(service).operation(operation)!.input;
      const [input] = fc.sample(arbitraryValue(shape, options), { numRuns: 1, seed: 7 });
      const recorded = JSON.parse(JSON.stringify(recordedMembers(shape, input as object)));
      assert.deepEqual(inputOfMembers(shape, recorded), shown(shape, input), operation);
    }
  }
});

test('times are written as people read them', () => {
  const { input } = serviceShapes('kms').operation('ImportKeyMaterial')!;
  for (const [time, expected] of [
    ['2025-05-21T05:47:45.999Z', 'May 21, 2025, 5:47:45 AM'],
    ['2023-07-18T16:07:09Z', 'Jul 18, 2023, 4:07:09 PM'],
    ['2026-01-01T00:00:00Z', 'Jan 1, 2026, 12:00:00 AM'],
    ['2026-12-31T12:59:59Z', 'Dec 31, 2026, 12:59:59 PM'],
  ] as const) {
    assert.deepEqual(recordedMembers(input, { ValidTo: Date.parse(time) }), { validTo: expected });
  }
});

test('the times of a record are read as they are written, by people too', () => {
  const at = (time: string) => Date.parse(`2021-11-02T${time}Z`);
  for (const [text, expected] of [
    ['2021-11-02T23:25:25Z', at('23:25:25')],
    ['2021-11-02T23:25:25.678Z', at('23:25:25.678')],
    ['Nov 2, 2021, 11:25:25 PM', at('23:25:25')],
    ['Nov 2, 2021 11:25:25 PM', at('23:25:25')],
    ['Nov 2, 2021, 11:25:25 AM', at('11:25:25')],
    ['Nov 2, 2021, 12:25:25 PM', at('12:25:25')],
    ['Nov 2, 2021, 12:25:25 AM', at('00:25:25')],
    ['Nov 2, 2021, 13:25:25', at('13:25:25')],
    ['Nov 2, 2021, 13:25:25 PM', at('13:25:25')],
    ['Nov 2, 2021, 9:05:07', at('09:05:07')],
  ] as const) {
    assert.equal(inputOfMembers({ type: 'timestamp' } as Shape, text), expected, text);
  }
});

test('members are found in lower camel case, or as the API spells them', () => {
  const { input } = serviceShapes('kms').operation('CreateGrant')!;
  const expected = { KeyId: 'k', GranteePrincipal: 'p' };
  assert.deepEqual(inputOfMembers(input, { keyId: 'k', granteePrincipal: 'p', other: 1 }), expected);
  assert.deepEqual(inputOfMembers(input, expected), expected);
  assert.deepEqual(inputOfMembers(input, { keyId: '***', name: 'HIDDEN_DUE_TO_SECURITY_REASONS' }), {});
});

test('what a record hides is found by the name of its member, however deep', () => {
  const names = ['UserData', 'Password'];
  for (const [recorded, isHidden] of [
    [{ userData: 'HIDDEN_DUE_TO_SECURITY_REASONS' }, true],
    [{ password: '********' }, true],
    [{ launchData: { userData: '***' } }, true],
    [{ set: { items: [{ name: 'a' }, { password: '***' }] } }, true],
    [{ userData: 'bHM=' }, false],
    [{ instanceId: '***' }, false],
    [{ items: ['***'] }, false],
    [{}, false],
    [null, false],
    ['***', false],
  ] as const) {
    assert.equal(hidesAny(recorded, names), isHidden, JSON.stringify(recorded));
  }
});
