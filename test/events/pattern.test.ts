/**
 * Event patterns: what AWS was seen to answer, the operators of its documentation, and the matcher beside a naive one.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EventBridgeClient, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { compilePattern } from '../../src/services/events/pattern/event-pattern.ts';
import { refusal, startServerFor } from '../worlds/server.ts';
import { naiveMatch } from './pattern-naive.ts';

const matches = (pattern: object, event: object) => compilePattern(JSON.stringify(pattern)).matches(event);

describe('operators', () => {
  /** Pattern of a field, what it catches, and what it does not. */
  const TABLE: readonly [name: string, values: unknown[], caught: unknown[], missed: unknown[]][] = [
    ['exact', ['a', 1, true, null], ['a', 1, true, null], ['A', '1', 2, false, {}]],
    ['a number is no text', [300], [300, 3e2], ['300', 301]],
    ['an empty text', [''], [''], [null, 'a', []]],
    ['prefix', [{ prefix: 'us-' }], ['us-east-1'], ['eu-us-', 5, null]],
    ['prefix, any case', [{ prefix: { 'equals-ignore-case': 'US-' } }], ['us-x', 'Us-x'], ['xus-']],
    ['suffix', [{ suffix: '.png' }], ['a.png'], ['a.png2', 'PNG']],
    ['suffix, any case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], ['a.png'], ['a.png2']],
    ['equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], ['alice', 'ALICE'], ['alic', 1]],
    ['wildcard', [{ wildcard: 'dir/*.p*g' }], ['dir/a.png', 'dir/.pg'], ['dir/a.png2', 'x/dir/a.png']],
    ['wildcard, a star itself', [{ wildcard: 'a\\*b\\\\' }], ['a*b\\'], ['axb\\']],
    ['anything-but', [{ 'anything-but': 'x' }], ['y', 1, null, true], ['x', [], {}]],
    ['anything-but a list', [{ 'anything-but': ['x', 'y'] }], ['z', 1], ['x', 'y']],
    ['anything-but numbers', [{ 'anything-but': [1, 2] }], [3, '1'], [1, 2]],
    ['anything-but a prefix', [{ 'anything-but': { prefix: 'in' } }], ['out', 5], ['init']],
    ['anything-but prefixes', [{ 'anything-but': { prefix: ['in', 'out'] } }], ['x'], ['init', 'outer']],
    ['anything-but a suffix', [{ 'anything-but': { suffix: '.txt' } }], ['a.png'], ['a.txt']],
    ['anything-but any case', [{ 'anything-but': { 'equals-ignore-case': ['A'] } }], ['b'], ['a', 'A']],
    ['anything-but a wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], ['/bin/x'], ['/lib/x']],
    ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], [0.1, 5], [0, 5.1, '3', null]],
    ['numeric equals', [{ numeric: ['=', 3.018e2] }], [301.8], [301]],
    ['cidr', [{ cidr: '10.0.0.0/24' }], ['10.0.0.255'], ['10.0.1.0', 'x', 10]],
    ['cidr with host bits', [{ cidr: '10.0.0.77/24' }], ['10.0.0.1'], ['10.0.1.1']],
    ['cidr, IPv6', [{ cidr: '2001:db8:1234:1a00::/64' }], ['2001:db8:1234:1a00::1'], ['2001:db8:1235::']],
    ['exists', [{ exists: true }], ['a', null, [1]], [{}, [], { b: 1 }]],
    ['does not exist', [{ exists: false }], [[], {}, { b: 1 }], ['a', null, [0]]],
    ['in an array', ['b'], [['a', 'b'], [['b']]], [['a'], []]],
  ];
  for (const [name, values, caught, missed] of TABLE) {
    test(name, () => {
      for (const value of caught) assert.ok(matches({ f: values }, { f: value }), JSON.stringify(value));
      for (const value of missed) assert.ok(!matches({ f: values }, { f: value }), JSON.stringify(value));
    });
  }
});

describe('structure', () => {
  const event = {
    source: 'aws.ec2',
    detail: {
      state: 'failed',
      n: 4,
      items: [
        { b: 1, c: 2 },
        { b: 3, c: 4 },
      ],
      'a.b': 'dotted',
    },
  };
  const cases: readonly [name: string, pattern: object, caught: boolean][] = [
    ['all fields', { source: ['aws.ec2'], detail: { state: ['failed'], n: [4] } }, true],
    ['and no less', { source: ['aws.ec2'], detail: { state: ['ok'] } }, false],
    ['fields of one element', { detail: { items: { b: [3], c: [4] } } }, true],
    ['not of two', { detail: { items: { b: [1], c: [4] } } }, false],
    ['$or', { source: ['aws.ec2'], detail: { $or: [{ state: ['ok'] }, { n: [4] }] } }, true],
    ['$or of nothing that holds', { detail: { $or: [{ state: ['ok'] }, { n: [5] }] } }, false],
    ['dots go deeper in the pattern', { 'detail.state': ['failed'] }, true],
    ['and in the event', { detail: { a: { b: ['dotted'] } } }, true],
    ['a missing parent', { detail: { none: { S: [{ 'anything-but': ['x'] }, { exists: false }] } } }, true],
    ['present in another element', { detail: { items: { b: [1], c: [{ exists: false }] } } }, false],
  ];
  for (const [name, pattern, caught] of cases) {
    test(name, () => assert.equal(matches(pattern, event), caught));
  }
});

/** Sentences with line and column as AWS was seen to send them; `$` stands for the pattern itself. */
const REFUSED: readonly [pattern: string, reason: string, column?: number][] = [
  ['{"int": 42}', '"int" must be an object or an array', 11],
  ['{"string": "my-value"}', '"string" must be an object or an array', 13],
  ['{"resources": []}', 'Empty arrays are not allowed', 17],
  [`{"${'.'.repeat(110)}": ["x"]}`, 'Document nesting depth exceeds the maximum allowed', 117],
  ['{"my_key": [{"EXISTS": true}]}', 'Unrecognized match type EXISTS', 28],
  ['{"detail": {"equal": [{"NUMERIC": ["=", 5]}]}}', 'Unrecognized match type NUMERIC', 36],
  ['{"detail": {"c-count": [{"numeric": [">", 0, ">", 0]}]}}', 'Bad numeric range operator: >', 49],
  ['{"detail": {"c-count": [{"numeric": [">", 0, "<"]}]}}', 'Value of < must be numeric', 50],
  ['{"time": [{"prefix": ["2022-07-13"]}]}', 'prefix match pattern must be a string', 23],
  ['{"time": [{"prefix": 123}]}', 'prefix match pattern must be a string', 25],
  ['{"FileName": [{"suffix": [".png"]}]}', 'suffix match pattern must be a string', 27],
  ['{"EventBusArn": [{"wildcard": 123}]}', 'wildcard match pattern must be a string', 34],
  ['{"a": [{"wildcard": "a**b"}]}', 'Consecutive wildcard characters at pos 2', 27],
  [
    '{"detail": {"state": [{"anything-but": {"prefix": 123}}]}}',
    'prefix/suffix match pattern must be a string',
    54,
  ],
  [
    '{"detail": {"FileName": [{"anything-but": {"prefix": {"equals-ignore-case": "file"}}}]}}',
    'Value of anything-but must be an array or single string/number value.',
    55,
  ],
  ['{"ip": [{"cidr": "10.0.0.0"}]}', "Malformed CIDR, one '/' required"],
  ['{"ip": [{"cidr": "10.0.0.0/x"}]}', 'Malformed CIDR, mask bits must be an integer'],
  ['{"ip": [{"cidr": "xx.11.xx/8"}]}', 'Nonstandard IP address: xx.11.xx'],
  ['["not", "a", "dict"]', 'Filter is not an object', 2],
  [
    'this is no JSON',
    "Unrecognized token 'this': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    5,
  ],
  ["{'bad': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name", 2],
  ['{"$or": [{"a": [1]}]}', 'There must have at least 2 Objects in $or relationship.', 21],
];

test('a pattern that is none is refused in AWS’s words, with line and column', async (t) => {
  const server = await startServerFor(t);
  const client = server.client(EventBridgeClient);
  const Event = '{"id":"1","source":"s","account":"1","time":"t","region":"r","detail-type":"d"}';
  for (const [EventPattern, reason, column] of REFUSED) {
    const place = column && `\n at [Source: (String)"${EventPattern}"; line: 1, column: ${column}]`;
    assert.deepEqual(await refusal(client.send(new TestEventPatternCommand({ EventPattern, Event }))), {
      code: 'InvalidEventPatternException',
      message: `Event pattern is not valid. Reason: ${reason}${place ?? ''}`,
      status: 400,
    });
  }
  const test = (event: string) =>
    client.send(new TestEventPatternCommand({ EventPattern: '{"source":["s"]}', Event: event }));
  assert.equal((await test(Event)).Result, true);
  assert.equal((await refusal(test('text'))).message, 'Parameter Event is not valid.');
});

describe('any pattern and any event', () => {
  const NAMES = ['a', 'b', 'c', 'a.b'];
  const texts = fc.constantFrom('x', 'xy', 'X', 'yx', '');
  const numbers = fc.constantFrom(0, 1, 2);
  const scalar = fc.oneof(texts, numbers, fc.constantFrom(null, true));
  const event = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3 }),
  })).object as fc.Arbitrary<object>;
  const word = fc.constantFrom('x', 'X', 'xy');
  const operator = fc.oneof(
    scalar,
    fc.record({ prefix: word }),
    fc.record({ prefix: fc.record({ 'equals-ignore-case': word }) }),
    fc.record({ suffix: word }),
    fc.record({ 'equals-ignore-case': word }),
    fc.record({ wildcard: fc.constantFrom('x*', '*y', 'x*y', '*') }),
    fc.record({ exists: fc.boolean() }),
    fc.record({ numeric: fc.constantFrom(['>', 0], ['=', 1], ['>=', 0, '<', 2]) }),
    fc.record({ 'anything-but': fc.oneof(word, numbers, fc.array(word, { minLength: 1, maxLength: 2 })) }),
    fc.record({ 'anything-but': fc.record({ prefix: word }) }),
    fc.record({ 'anything-but': fc.record({ wildcard: fc.constant('x*') }) }),
  );
  const pattern = fc.letrec((tie) => ({
    field: fc.oneof(
      { depthSize: 'small' },
      fc.array(operator, { minLength: 1, maxLength: 2 }),
      tie('object'),
    ),
    fields: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('field'), { minKeys: 1, maxKeys: 2 }),
    object: fc.oneof(
      { weight: 4, arbitrary: tie('fields') },
      {
        weight: 1,
        arbitrary: fc.record({ $or: fc.array(tie('fields'), { minLength: 2, maxLength: 2 }) }),
      },
    ),
  })).object as fc.Arbitrary<object>;

  test('match as the naive matcher says', () => {
    let caught = 0;
    fc.assert(
      fc.property(pattern, event, (p, e) => {
        const expected = naiveMatch(p, e);
        if (expected) caught++;
        assert.equal(matches(p, e), expected);
      }),
      { numRuns: 3000, seed: 20261122 },
    );
    assert.ok(caught > 200, `${caught} matched`);
  });

  test('take a time that grows with their size, and no faster', () => {
    const hostile = `${'a*'.repeat(400)}b`;
    const text = 'a'.repeat(200_000);
    const wide = { f: Array.from({ length: 2000 }, (_, n) => ({ g: [{ h: n }, { i: text }] })) };
    const started = process.hrtime.bigint();
    assert.ok(!matches({ f: { g: { i: [{ wildcard: hostile }], h: [{ exists: false }] } } }, wide));
    assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 3000);
  });
});
