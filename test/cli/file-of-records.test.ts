/** `latchkey explain FILE`: CloudTrail records that somebody was sent are explained by themselves, and by an account where one is given. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ACCOUNT, KEY, roleCall } from '../import/published-records.ts';
import { logFile } from '../import/records.ts';
import { placeFor } from '../worlds/cli-process.ts';

const action = 'kms:Decrypt';
const refused = () =>
  roleCall('Decrypt', {
    errorCode: 'AccessDenied',
    errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action`,
  });
const DENIED =
  /^role web may not kms:Decrypt on key 1234abcd-\S+\.\n[\s\S]+\n {2}Attach this policy to role web:\n/;

test('the last call of a file that failed is explained, whatever form its records have', async (t) => {
  const place = placeFor(t);
  const [one, other] = [refused(), roleCall('Decrypt')];
  const forms: Readonly<Record<string, string | Buffer>> = {
    'one.json': JSON.stringify(one),
    'log.json.gz': logFile([one, other]),
    'lookup.json': JSON.stringify({
      Events: [{ EventId: one.eventID, CloudTrailEvent: JSON.stringify(one) }],
    }),
  };
  for (const [name, text] of Object.entries(forms)) {
    writeFileSync(join(place.directory, name), text);
    const { code, stdout, stderr } = await place.run(['explain', name]);
    assert.deepEqual([code, stderr], [1, ''], name);
    assert.match(stdout, DENIED, name);
  }
});

test('of an account that is given, by what is known there: its event, or else its message', async (t) => {
  const place = placeFor(t);
  const [known, unknown] = [refused(), refused()];
  for (const [name, record] of Object.entries({ known, unknown }))
    writeFileSync(join(place.directory, `${name}.json`), JSON.stringify(record));
  await place.run(['import', 'files', 'known.json', '--out', 'snapshot']);
  for (const name of ['known', 'unknown']) {
    const { code, stdout } = await place.run(['explain', `${name}.json`, '--from', 'snapshot']);
    assert.equal(code, 1);
    assert.match(stdout, DENIED);
  }
});

test('of several denials in one message each is explained, and the gravest is the exit code', async (t) => {
  const place = placeFor(t);
  const record = refused();
  writeFileSync(join(place.directory, 'known.json'), JSON.stringify(record));
  await place.run(['import', 'files', 'known.json', '--out', 'snapshot']);
  const unnamed = String(record.errorMessage).replace(/resource: .*/, 'this resource');
  const { code, stdout } = await place.run([
    'explain',
    `${unnamed}\n${record.errorMessage}`,
    ...['--from', 'snapshot'],
  ]);
  assert.match(
    stdout,
    /^Denial 1 of 2: .*Nor does it name the key[\s\S]*\n\nDenial 2 of 2: role web may not kms:Decrypt/,
  );
  assert.equal(code, 1);
});

test('what holds no call that failed, or nothing of AWS, is refused', async (t) => {
  const place = placeFor(t);
  const refusals: readonly (readonly [string, object, RegExp])[] = [
    ['used.json', roleCall('Decrypt'), /^latchkey: no record in used\.json is of a call that failed\./],
    ['other.json', { name: 'app' }, /^latchkey: other\.json is no output that can be read/],
  ];
  for (const [name, content, why] of refusals) {
    writeFileSync(join(place.directory, name), JSON.stringify(content));
    const { code, stderr } = await place.run(['explain', name]);
    assert.equal(code, 2);
    assert.match(stderr, why);
  }
});
