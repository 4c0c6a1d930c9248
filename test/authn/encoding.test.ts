/** Percent-encoding byte by byte, and the cache of recent signing keys. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodeQueryComponent } from '../../src/authn/percent-encoding.ts';
import { RecentEntries } from '../../src/authn/recent-entries.ts';
import { SigningKeyCache } from '../../src/authn/signing-key.ts';

describe('a query component', () => {
  test('means each byte that its two hex digits say, in either case', () => {
    for (let code = 0; code < 128; code++) {
      const hex = code.toString(16).padStart(2, '0');
      for (const text of [`%${hex}`, `%${hex.toUpperCase()}`]) {
        assert.equal(decodeQueryComponent(text), String.fromCharCode(code), text);
        assert.equal(decodeQueryComponent(`a${text}b`), `a${String.fromCharCode(code)}b`, text);
      }
    }
    assert.equal(decodeQueryComponent('%C3%A9%e2%82%ac'), 'é€');
  });

  test('keeps a percent sign that says nothing, and takes a plus for a space', () => {
    for (const text of ['%', '%4', '%g1', '%1g', '%%', '%-1', '% 1', '%:0', '%/0', '%@0', '%`0']) {
      assert.equal(decodeQueryComponent(text).replaceAll(' ', '+'), text.replaceAll(' ', '+'), text);
    }
    assert.equal(decodeQueryComponent('a+b%2B'), 'a b+');
    assert.equal(decodeQueryComponent('%ff'), '\ufffd');
  });
});

test('recent entries are as many as there is room for, the least recently used gone first', () => {
  const entries = new RecentEntries<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) entries.set(key, index);
  assert.equal(entries.get('a'), 0);
  // Who asks in vain takes no room.
  for (const nobody of ['x', 'y', 'z']) assert.equal(entries.get(nobody), undefined);
  entries.set('d', 3);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => entries.get(key)),
    [0, undefined, 2, 3],
  );
  entries.set('a', 9);
  entries.set('e', 4);
  assert.deepEqual(
    ['a', 'c', 'd', 'e'].map((key) => entries.get(key)),
    [9, undefined, 3, 4],
  );
});

test('a signing key signs as HMAC does, whatever is as short as a string to sign, and nothing longer', () => {
  const scope = { date: '20260102', region: 'us-east-1', service: 'kms' };
  let derived: Buffer = Buffer.from('AWS4secret');
  for (const part of [...Object.values(scope), 'aws4_request'])
    derived = createHmac('sha256', derived).update(part).digest();
  const key = new SigningKeyCache().get('AKIA/scope', 'secret', scope);
  for (const length of [0, 1, 55, 56, 63, 64, 65, 138, 319, 320]) {
    const text = 'x'.repeat(length);
    assert.deepEqual(
      key.sign(text),
      createHmac('sha256', derived).update(text).digest(),
      `${length} letters`,
    );
  }
  assert.throws(() => key.sign('x'.repeat(321)), RangeError);
  assert.deepEqual(key.sign('short'), createHmac('sha256', derived).update('short').digest());
});
