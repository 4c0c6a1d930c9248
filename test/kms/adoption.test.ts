/** Keys of a real account: what is known of one by what was read. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { WhoCan } from '../../src/explain/who-can.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { openImportedWorld } from '../../src/imported-world.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KeyId}`;

const folder = mkdtempSync(join(tmpdir(), 'latchkey-adopted-keys-'));
after(() => rmSync(folder, { recursive: true }));

type Read = readonly [operation: string, output: object, input?: object];
const volume: Read = [
  'ec2:DescribeVolumes',
  { Volumes: [{ VolumeId: 'vol-0123456789abcdef0', Size: 8, Encrypted: true, KmsKeyId: KEY }] },
];
const listed = (...ids: readonly string[]): Read => [
  'kms:ListKeys',
  { Keys: ids.map((id) => ({ KeyId: id, KeyArn: KEY.replace(KeyId, id) })) },
];
const described: Read = [
  'kms:DescribeKey',
  { KeyMetadata: { KeyId, Arn: KEY, KeyState: 'Disabled', KeySpec: 'SYMMETRIC_DEFAULT' } },
  { KeyId },
];

/** What is said of the key where these answers were read, and nothing else. */
async function saidOf(reads: readonly Read[]): Promise<WhoCan> {
  const all = new Reads();
  for (const [operation, output, input = {}] of reads) {
    const at = '2025-03-02T00:00:00Z';
    const by = `arn:aws:iam::${ACCOUNT}:user/reader`;
    all.add({
      ...{ operation, account: ACCOUNT, region: REGION, at, by, from: 'aws' },
      input: input as Record<string, unknown>,
      output: output as Record<string, unknown>,
    });
  }
  const out = mkdtempSync(join(folder, 'read-'));
  saveSnapshot(out, { reads: all, history: new History() });
  const world = await openImportedWorld(out);
  try {
    return (await world.questions['who-can']?.({ key: KEY })) as unknown as WhoCan;
  } finally {
    await world.close();
  }
}

describe('a key of a real account', () => {
  for (const [what, reads] of [
    ['listed', [listed(KeyId), described]],
    ['listed, and named by a volume', [listed(KeyId), described, volume]],
    ['described where nobody listed the keys', [described]],
    ['described where nobody listed the keys, and named by a volume', [described, volume]],
  ] as const) {
    test(`is what was read of it: ${what}`, async () => {
      const { state, unknown } = await saidOf(reads);
      assert.equal(state, 'Disabled');
      assert.ok(!unknown.some(({ why }) => /kms:DescribeKey/.test(why)));
    });
  }

  test('that only a volume names is there for all that is known, and no more is known of it', async () => {
    const { unknown } = await saidOf([volume]);
    assert.deepEqual(
      unknown.filter(({ name }) => name.includes(KEY)).map(({ why }) => why),
      ['nobody has read it (kms:GetKeyPolicy)', 'nobody has read it (kms:ListGrants)'],
    );
  });

  test('whose policy was asked for and is not in the answer is one of which that is unknown', async () => {
    const policy: Read = ['kms:GetKeyPolicy', {}, { KeyId, PolicyName: 'default' }];
    const { unknown } = await saidOf([listed(KeyId), described, policy]);
    const [missing] = unknown.filter(({ name }) => name === `key policy of ${KEY}`);
    assert.equal(missing?.why, 'the answer has no policy');
  });

  for (const [what, reads] of [
    ['that nothing names', [listed()]],
    ['that a volume names', [listed(), volume]],
  ] as const) {
    test(`is gone where the keys were listed without it: one ${what}`, async () => {
      await assert.rejects(saidOf(reads), { message: `NotFoundException: Key '${KEY}' does not exist` });
    });
  }
});
