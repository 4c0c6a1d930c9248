/** What the text of a condition stands for: addresses, networks, dates and numbers, and what is none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { networkContains, parseAddress, parseNetwork } from '../../src/policy/ip.ts';
import { JsonSyntaxError, readJson } from '../../src/policy/json-reader.ts';
import { compareDecimals, parseDate, parseDecimal } from '../../src/policy/literals.ts';
import { parseTemplate } from '../../src/policy/template.ts';

describe('networks', () => {
  const contained: readonly [string, string, boolean][] = [
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/0008', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.4', false],
    ['10.1.2.0/31', '10.1.2.1', true],
    ['10.1.2.0/31', '10.1.2.2', false],
    ['10.1.2.3/32', '10.1.2.3', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
  ];
  for (const [network, address, expected] of contained) {
    test(`${network} ${expected ? 'contains' : 'does not contain'} ${address}`, () => {
      assert.equal(networkContains(parseNetwork(network)!, parseAddress(address)!), expected);
    });
  }

  for (const wrong of [
    '',
    '10.0.0',
    '10.0.0.0.0',
    '10.0.0.',
    '.0.0.0',
    '10.0..0',
    '256.0.0.0',
    '10.0.0.256',
    '10.0.0.x',
    '10.0.0.-1',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/-1',
    '10.0.0.0/00008',
    '2001:db8::/129',
    '2001:db8',
    ':::',
    '1::2::3',
    '2001:db8::g',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::9::a',
    '1:2:3:4:5:6:7:8::',
  ]) {
    test(`'${wrong}' is none`, () => assert.equal(parseNetwork(wrong), undefined));
  }
});

describe('dates', () => {
  const dates: readonly [string, string | undefined][] = [
    ['2026', '2026-01-01T00:00:00.000Z'],
    ['2026-03', '2026-03-01T00:00:00.000Z'],
    ['2026-03-04', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T05:06Z', '2026-03-04T05:06:00.000Z'],
    ['2026-03-04t05:06:07z', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T05:06:07.89Z', '2026-03-04T05:06:07.890Z'],
    ['2026-03-04T05:06:07+01:00', '2026-03-04T04:06:07.000Z'],
    ['2026-03-04T05:06:07-02:30', '2026-03-04T07:36:07.000Z'],
    ['2026-03-04T05:06:07+00:30', '2026-03-04T04:36:07.000Z'],
    ['2026-03-04T05:06:07-0230', '2026-03-04T07:36:07.000Z'],
    ['2026-03-04T05:06:07+23:59', '2026-03-03T05:07:07.000Z'],
    ['2026-03-04T05:06:07.123456789+01:00', '2026-03-04T04:06:07.123Z'],
    ['2026-03-04T05:06:07', '2026-03-04T05:06:07.000Z'],
    ['2026-03-04T00:00Z', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T23:59:59Z', '2026-03-04T23:59:59.000Z'],
    ['2026-12-31', '2026-12-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    ['0099', '0099-01-01T00:00:00.000Z'],
    ['1772600767', '2026-03-04T05:06:07.000Z'],
    ['00000', '1970-01-01T00:00:00.000Z'],
    ['0000000000000000', undefined],
    ['T05:06Z', undefined],
    ['T', undefined],
    ['2026T05:06Z', undefined],
    ['2026-03T05:06Z', undefined],
    ['2026-02-30', undefined],
    ['2026-00-01', undefined],
    ['2026-13-01', undefined],
    ['2026-01-00', undefined],
    ['2026-01-32', undefined],
    ['2026-1-1', undefined],
    ['2026-03-04T24:00Z', undefined],
    ['2026-03-04T05:60Z', undefined],
    ['2026-03-04T05:06:60Z', undefined],
    ['2026-03-04T05:06:07.Z', undefined],
    ['2026-03-04T05:06:07.xZ', undefined],
    ['2026-03-04T05:06:07.1234567890Z', undefined],
    ['2026-03-04T05:06:07.1.2Z', undefined],
    ['2026-03-04T05:06:07:08Z', undefined],
    ['2026-03-04T05Z', undefined],
    ['2026-03-04T5:06Z', undefined],
    ['2026-03-04T05:06:07+24:00', undefined],
    ['2026-03-04T05:06:07+01:60', undefined],
    ['2026-03-04T05:06:07+01', undefined],
    ['2026-03-04T05:06:07+', undefined],
    ['2026-03-04T', undefined],
    ['2026-03-04-05', undefined],
    ['2027-02-29', undefined],
    ['12345', '1970-01-01T03:25:45.000Z'],
    ['yesterday', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of dates) {
    test(`'${text}' is ${expected ?? 'none'}`, () => {
      const ms = parseDate(text);
      assert.equal(ms === undefined ? undefined : new Date(ms).toISOString(), expected);
    });
  }
});

describe('policy variables', () => {
  const variable = (body: string) => `\${${body}}`;
  const parsed = (text: string) => parseTemplate(text, { variables: true, wildcards: true });
  for (const [body, part] of [
    ['aws:username', { key: 'aws:username' }],
    [' aws:UserName ', { key: 'aws:username' }],
    ["aws:username,'nobody'", { key: 'aws:username', fallback: 'nobody' }],
    ["aws:username, ''", { key: 'aws:username', fallback: '' }],
    ["aws:username, 'a, b'", { key: 'aws:username', fallback: 'a, b' }],
    ['*', '*'],
    ['?', '?'],
    ['$', '$'],
  ] as const) {
    test(`${variable(body)} is one`, () => assert.deepEqual(parsed(variable(body)), [part]));
  }
  for (const body of [
    '',
    ' ',
    ",'nobody'",
    'aws:{username',
    '$aws:username',
    variable('aws:username'),
    'aws:username,nobody',
    "aws:username,'nobody",
    "aws:username,nobody'",
    "aws:username,'",
    'aws:username,',
  ]) {
    test(`${variable(body)} is none, and matches nothing`, () =>
      assert.equal(parsed(variable(body)), undefined));
  }
  test('one that is not closed is none', () =>
    assert.equal(parsed(variable('aws:username').slice(0, -1)), undefined));
});

test('numbers compare by their value, whatever their form', () => {
  const ascending = ['-10', '-1.5', '-1', '-0.5', '0', '0.05', '0.5', '1', '1.05', '1.5', '2', '10', '100'];
  for (const [i, one] of ascending.entries()) {
    for (const [j, other] of ascending.entries()) {
      const compared = compareDecimals(parseDecimal(one)!, parseDecimal(other)!);
      assert.equal(Math.sign(compared) + 0, Math.sign(i - j), `${one} and ${other}`);
    }
  }
  for (const [one, other] of [
    ['1', '1.0'],
    ['0', '-0'],
    ['01', '1'],
    ['1.50', '1.5'],
    ['.5', '0.5'],
    ['-.5', '-0.50'],
    ['5.', '5'],
    ['+.5', '+0.5'],
  ] as const) {
    assert.equal(
      Math.sign(compareDecimals(parseDecimal(one)!, parseDecimal(other)!)) || 0,
      0,
      `${one} is ${other}`,
    );
  }
  for (const wrong of ['', '-', '.', '1..2', 'x', '1x', '0x10', ' 1', '1:', '1/']) {
    assert.equal(parseDecimal(wrong), undefined, wrong);
  }
});

describe('JSON of policies', () => {
  test('has four hex digits in an escape, of either case', () => {
    const text = (json: string) => {
      const value = readJson(json);
      return value.kind === 'string' ? value.text : undefined;
    };
    assert.equal(text('"\\u00e9"'), 'é');
    assert.equal(text('"\\u00E9"'), 'é');
    assert.equal(text('"\\u0041"'), 'A');
    for (const wrong of ['"\\u004"', '"\\u00g1"', '"\\u"', '"\\u00 1"', '"\\x41"', '"\\u0041', '"\\u']) {
      assert.throws(() => readJson(wrong), JsonSyntaxError, wrong);
    }
  });
});
