/** A rule and its log group as they are typed with the AWS CLI: examples/watch-keys.sh. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacksAwsCli } from '../worlds/aws-cli.ts';
import { startServerFor } from '../worlds/server.ts';
import { runAgainst } from './johns-story.ts';

test('the AWS CLI shows who disabled a key, and what failed for it', { skip: lacksAwsCli }, async (t) => {
  const told = await runAgainst(await startServerFor(t), 'bash', ['examples/watch-keys.sh']);
  const [, disabled, , failed] = told.trim().split('\n');
  const { detail } = JSON.parse(disabled!);
  assert.equal(detail.userIdentity.type, 'Root');
  const event = JSON.parse(failed!);
  assert.equal(event.detail.cause, `${detail.requestParameters.keyId} is disabled.`);
});
