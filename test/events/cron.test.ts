/**
 * Cron expressions of rules, by when they fire next; in UTC.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCron } from '../../src/services/events/schedule/cron.ts';
import { nextTime } from '../../src/services/events/schedule/schedule.ts';

/** Expressions, from when, and the next four times; 2026-01-01 is a Thursday. */
const FIRES: readonly [string, string, string][] = [
  ['* * * * ? *', '2026-01-01T00:00', '01-01T00:01 01-01T00:02 01-01T00:03 01-01T00:04'],
  ['0 12 * * ? *', '2026-01-01T12:00', '01-02T12:00 01-03T12:00 01-04T12:00 01-05T12:00'],
  ['0 12 * * ? *', '2026-01-01T11:59', '01-01T12:00 01-02T12:00 01-03T12:00 01-04T12:00'],
  ['0/15 9 * * ? *', '2026-01-01T08:00', '01-01T09:00 01-01T09:15 01-01T09:30 01-01T09:45'],
  ['10/20 9 * * ? *', '2026-01-01T08:00', '01-01T09:10 01-01T09:30 01-01T09:50 01-02T09:10'],
  ['5,35 14 * * ? *', '2026-01-01T14:05', '01-01T14:35 01-02T14:05 01-02T14:35 01-03T14:05'],
  ['0 8-10 * * ? *', '2026-01-01T00:00', '01-01T08:00 01-01T09:00 01-01T10:00 01-02T08:00'],
  ['0 22-23/1 1 * ? *', '2026-01-01T22:00', '01-01T23:00 02-01T22:00 02-01T23:00 03-01T22:00'],
  ['15 10 ? * 6L *', '2026-01-01T00:00', '01-30T10:15 02-27T10:15 03-27T10:15 04-24T10:15'],
  ['0 0 ? * 2#1 *', '2026-01-01T00:00', '01-05T00:00 02-02T00:00 03-02T00:00 04-06T00:00'],
  ['0 0 ? * 5#1 *', '2025-12-31T00:00', '01-01T00:00 02-05T00:00 03-05T00:00 04-02T00:00'],
  ['0 0 ? * 4#1 *', '2026-01-01T00:00', '01-07T00:00 02-04T00:00 03-04T00:00 04-01T00:00'],
  ['0 0 ? * 3#2 *', '2026-01-01T00:00', '01-13T00:00 02-10T00:00 03-10T00:00 04-14T00:00'],
  ['0 0 ? * 5#5 *', '2026-01-01T00:00', '01-29T00:00 04-30T00:00 07-30T00:00 10-29T00:00'],
  ['0 0 ? * MON-FRI *', '2026-01-01T00:00', '01-02T00:00 01-05T00:00 01-06T00:00 01-07T00:00'],
  ['0 0 ? * SUN,SAT *', '2026-01-01T00:00', '01-03T00:00 01-04T00:00 01-10T00:00 01-11T00:00'],
  ['0 0 ? * 1 *', '2026-01-01T00:00', '01-04T00:00 01-11T00:00 01-18T00:00 01-25T00:00'],
  ['0 0 ? * L *', '2026-01-01T00:00', '01-03T00:00 01-10T00:00 01-17T00:00 01-24T00:00'],
  ['0 0 L * ? *', '2026-01-01T00:00', '01-31T00:00 02-28T00:00 03-31T00:00 04-30T00:00'],
  ['0 0 31 * ? *', '2026-01-01T00:00', '01-31T00:00 03-31T00:00 05-31T00:00 07-31T00:00'],
  ['0 0 LW * ? *', '2026-01-01T00:00', '01-30T00:00 02-27T00:00 03-31T00:00 04-30T00:00'],
  // The nearest weekday never leaves the month: the 1st of February 2026 is a Sunday, of August a Saturday.
  ['0 0 1W * ? *', '2026-01-01T00:00', '02-02T00:00 03-02T00:00 04-01T00:00 05-01T00:00'],
  ['0 0 1W AUG ? *', '2026-01-01T00:00', '08-03T00:00'],
  ['0 0 31W MAY ? *', '2026-01-01T00:00', '05-29T00:00'],
  ['0 0 15W * ? *', '2026-01-15T00:00', '02-16T00:00 03-16T00:00 04-15T00:00 05-15T00:00'],
  ['0 0 29 2 ? *', '2026-01-01T00:00', '2028-02-29T00:00 2032-02-29T00:00'],
  ['0 0 1 JAN,JUL ? 2026-2027', '2026-01-01T00:00', '07-01T00:00 2027-01-01T00:00 2027-07-01T00:00'],
  ['0 0 1 1 ? 2026', '2026-01-01T00:00', ''],
  ['59 23 31 12 ? 2026', '2026-12-31T23:58', '12-31T23:59'],
];

const DEFAULT_YEAR = '2026-';
const full = (text: string) => `${text.length > 11 ? text : DEFAULT_YEAR + text}:00.000Z`;

describe('a cron expression', () => {
  for (const [expression, from, expected] of FIRES) {
    test(`${expression} after ${from}`, () => {
      const cron = parseCron(expression);
      assert.ok(cron);
      const wanted = expected === '' ? [] : expected.split(' ').map(full);
      const found: string[] = [];
      let ms: number | undefined = Date.parse(`${from}:00Z`);
      // The next time is after the last: at one moment it fires once.
      while (found.length < Math.max(1, wanted.length)) {
        ms = cron.next(ms);
        if (ms === undefined) break;
        found.push(new Date(ms).toISOString());
      }
      assert.deepEqual(found, wanted);
    });
  }

  test('fires between two minutes at the next', () => {
    const cron = parseCron('0 12 * * ? *');
    for (const before of ['11:59:59.999', '11:59:00.001']) {
      assert.equal(cron!.next(Date.parse(`2026-01-01T${before}Z`)), Date.parse('2026-01-01T12:00:00Z'));
    }
    assert.equal(cron!.next(Date.parse('2026-01-01T12:00:00.001Z')), Date.parse('2026-01-02T12:00:00Z'));
  });

  for (const wrong of [
    '',
    '* * * * *',
    '* * * * * *',
    '* * ? * ? *',
    '* * * * ? * *',
    '60 * * * ? *',
    '-1 * * * ? *',
    '* 24 * * ? *',
    '* * 0 * ? *',
    '* * 32 * ? *',
    '* * * 0 ? *',
    '* * * 13 ? *',
    '* * * FOO ? *',
    '* * ? * 0 *',
    '* * ? * 8 *',
    '* * ? * 2#0 *',
    '* * ? * 2#6 *',
    '* * ? * 8#1 *',
    '* * * * ? 1969',
    '* * * * ? 2200',
    '5- * * * ? *',
    '5/ * * * ? *',
    '1/2/3 * * * ? *',
    'x * * * ? *',
  ]) {
    test(`'${wrong}' is none`, () => assert.equal(parseCron(wrong), undefined));
  }
});

describe('a schedule', () => {
  test('may be a cron expression', () => {
    assert.equal(nextTime('cron(0 12 * * ? *)', 1), Date.UTC(1970, 0, 1, 12));
    assert.equal(nextTime('cron(* * * * ? 1970)', Date.UTC(1971, 0)), undefined);
  });

  for (const [expression, minutes] of [
    ['rate(1 minute)', 1],
    ['rate(5 minutes)', 5],
    ['rate(1 hour)', 60],
    ['rate(2 hours)', 120],
    ['rate(1 day)', 1440],
    ['rate(30 days)', 43_200],
  ] as const) {
    test(expression, () => assert.equal(nextTime(expression, 1), 1 + minutes * 60_000));
  }
});
