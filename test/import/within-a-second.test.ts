/** CloudTrail's times are whole seconds: what a service was lent, used and gave back is understood within one and over several. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CreateReplaceRootVolumeTaskCommand } from '@aws-sdk/client-ec2';
import type { ExplanationAnswer } from '../../src/control/explanations.ts';
import type { Calibration } from '../../src/explain/recorded/calibrate.ts';
import { openImportedWorld } from '../../src/imported-world.ts';
import { allowing } from '../worlds/account.ts';
import { ec2World } from '../worlds/ec2.ts';
import { importedFrom } from '../worlds/imported.ts';

/** Each look at the clock moves it on. */
function tickingClock(t: TestContext, stepMs: number): void {
  const startMs = Math.ceil(Date.now() / 1000) * 1000;
  let looks = 0;
  t.mock.method(Date, 'now', () => startMs + looks++ * stepMs);
}

for (const [stepMs, when] of [
  [0, 'within a second'],
  [100, 'over several'],
] as const) {
  test(`the grants of EBS for a volume, and the task that a call has begun, ${when}`, (t) =>
    understood(t, stepMs));
}

async function understood(t: TestContext, stepMs: number): Promise<void> {
  tickingClock(t, stepMs);
  const world = await ec2World(t);
  const KmsKeyId = await world.newKey();
  const instance = await world.run({
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }],
  });
  await world.server.settled();
  const rita = await world.user('rita', allowing('ec2:*'));
  const { ReplaceRootVolumeTask: task } = await rita.ec2.send(
    new CreateReplaceRootVolumeTaskCommand({ InstanceId: instance }),
  );
  await world.server.settled();

  const folder = mkdtempSync(join(tmpdir(), 'latchkey-second-'));
  t.after(() => rmSync(folder, { recursive: true }));
  await importedFrom(world.server, join(folder, 'out'));
  const account = await openImportedWorld(join(folder, 'out'));
  t.after(() => account.close());
  const ask = async <A>(question: string, body: Readonly<Record<string, unknown>>) =>
    (await account.questions[question]?.(body)) as A;
  const { calibration } = await ask<{ calibration: Calibration }>('check', {});
  assert.deepEqual([calibration.notUnderstood, calibration.changed], [[], []]);
  assert.equal(calibration.agreement, 1);
  // Calls on several volumes are counted together, so that of which one the grant was stays open.
  assert.deepEqual(calibration.undecided, { 'kms:EncryptionContext:aws:ebs:id': 1 });

  const subject = task!.ReplaceRootVolumeTaskId!;
  const { headline } = await ask<ExplanationAnswer>('explain', { subject });
  assert.match(headline, /^user rita may not kms:GenerateDataKeyWithoutPlaintext on key /);
}
