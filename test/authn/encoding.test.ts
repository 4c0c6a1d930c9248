/** Percent-encoding byte by byte, and the cache of recent signing keys. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeQueryComponent } from '../../src/authn/percent-encoding.ts';
import { RecentEntries } from '../../src/authn/recent-entries.ts';

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
