/** Sessions that were revoked by time: the least that helps is a new session, and it is told as long as there can be one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { EncryptCommand } from '@aws-sdk/client-kms';
import { ACCOUNT, allowing, HOUR_MS, policy, REGION } from '../../worlds/account.ts';
import { kmsWorld } from '../../worlds/kms.ts';
import type { Explained } from '../../worlds/remedies.ts';
import { refusal } from '../../worlds/server.ts';

/** As the console's "Revoke active sessions" attaches it. */
const revoking = (before: Date) =>
  policy({
    Sid: 'Revoked',
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { DateLessThan: { 'aws:TokenIssueTime': before.toISOString() } },
  });

test('of a revoked session, a new one helps, and no policy changes', async (t) => {
  const world = await kmsWorld(t);
  const key = await world.key();
  const app = await world.role('App', { allow: [allowing('kms:Encrypt')] });
  const { kms } = await app.assume('old');
  const iam = await world.iam();
  await world.server.advance(HOUR_MS / 4);
  const { nowMs } = await world.server.ask<{ nowMs: number }>('clock');
  const revoke = (PolicyDocument: string) =>
    iam.send(
      new PutRolePolicyCommand({
        RoleName: 'App',
        PolicyName: 'AWSRevokeOlderSessions',
        PolicyDocument,
      }),
    );
  await revoke(revoking(new Date(nowMs)));
  await world.server.advance(1000);
  const encrypt = new EncryptCommand({ KeyId: key, Plaintext: Buffer.from('x') });
  const explained = async () => {
    assert.equal((await refusal(kms.send(encrypt))).code, 'AccessDeniedException');
    const place = { accountId: ACCOUNT, region: REGION };
    return world.server.ask<Explained>('explain', { subject: app.arn, ...place });
  };
  const { checks, remedies, remediesVerified } = await explained();
  assert.equal(checks[0]?.by?.sid, 'Revoked');
  assert.deepEqual(
    remedies.map(({ kind }) => kind),
    ['request'],
  );
  assert.match(remedies[0]?.sentence ?? '', /in a new session: those from before were revoked/);
  assert.equal(remediesVerified, true);

  await revoke(revoking(new Date(nowMs + 24 * HOUR_MS)));
  assert.deepEqual(
    (await explained()).remedies.map(({ kind }) => kind),
    ['narrowed-deny'],
    'a time to come revokes the next session, too',
  );
});
