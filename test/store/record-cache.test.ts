/** Records that were read stay at hand while there is room for them: the same object each time, never one that is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordCache } from '../../src/store/sqlite/record-cache.ts';

/** Room for ten records in each of the two generations. */
function cache() {
  const cache = new RecordCache(200);
  const set = (key: string, record: object = { key }) => cache.set('t', key, record, 10);
  const isKept = (key: string) => cache.get('t', key) !== undefined;
  const setMany = (name: string, count: number) => {
    for (let i = 0; i < count; i++) set(`${name}${i}`);
  };
  return { cache, set, setMany, isKept };
}

test('what was used the longest ago goes first', () => {
  const { set, setMany, isKept } = cache();
  setMany('a', 10);
  assert.ok(isKept('a0'));
  setMany('b', 11);
  set('last');
  assert.deepEqual(['a0', 'a9', 'b1', 'b10', 'last'].map(isKept), [false, false, true, true, true]);
});

test('what is used again stays', () => {
  const { set, setMany, isKept } = cache();
  set('used');
  for (let i = 0; i < 20; i++) {
    setMany(`round ${i} `, 5);
    assert.ok(isKept('used'), `${i}`);
  }
  assert.equal(isKept('round 0 0'), false);
});

test('a record that is written over counts once, and no record is pushed out by it', () => {
  const { cache: records, set, isKept } = cache();
  set('other');
  for (let version = 0; version < 100; version++) set('k', { version });
  assert.ok(isKept('other'));
  assert.deepEqual(records.get('t', 'k'), { version: 99 });
});

test('a record that is deleted is gone, and leaves its room', () => {
  const { cache: records, set, setMany, isKept } = cache();
  set('other');
  for (let i = 0; i < 100; i++) {
    set(`k${i}`);
    records.delete('t', `k${i}`);
  }
  assert.deepEqual(['other', 'k99'].map(isKept), [true, false]);
  setMany('old', 11);
  records.delete('t', 'old3');
  assert.deepEqual(['old2', 'old3'].map(isKept), [true, false]);
});

test('tables are apart, and all are cleared', () => {
  const { cache: records, set, isKept } = cache();
  set('k');
  assert.equal(records.get('u', 'k'), undefined);
  records.delete('u', 'k');
  assert.ok(isKept('k'));
  for (let i = 0; i < 100; i++) {
    set(`k${i}`);
    records.clear();
    assert.equal(isKept(`k${i}`), false);
  }
  set('after');
  assert.ok(isKept('after'));
});
