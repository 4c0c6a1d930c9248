/** John's story as `npm run demo` tells it with the JavaScript SDK (test/ec2/story.test.ts has its variants). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assertExplained } from './johns-story.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));

test("the JavaScript SDK: John's story, step by step", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/johns-story.ts'], {
    cwd: CHECKOUT,
  });
  const [, ...steps] = stdout.split(/^\d+\. /m);
  assert.equal(steps.length, 10, stdout);
  const [key, instance, john, starts, trail, without, again, explained, mended, himself] = steps;
  const keyArn = /arn:aws:kms:us-east-1:123456789012:key\/[0-9a-f-]{36}/.exec(key as string)?.[0] as string;
  const denial =
    'User: arn:aws:iam::123456789012:user/john is not authorized to perform: kms:CreateGrant on resource: ' +
    `${keyArn} because no identity-based policy allows the kms:CreateGrant action`;
  assert.deepEqual(states(instance), ['pending', 'running', 'stopping', 'stopped']);
  assert.match(john as string, /Allow ec2:\* on \*/);
  assert.deepEqual(states(starts), ['pending', 'stopped']);
  assert.match(
    starts as string,
    /StateReason: Client\.InternalError - Client\.InternalError: Client error on launch/,
  );
  assert.match(starts as string, /StateTransitionReason: Client\.InternalError/);
  assert.ok(trail?.includes(`AccessDenied: ${denial}`), trail);
  assert.deepEqual(states(without), ['pending', 'running', 'stopping', 'stopped']);
  assert.deepEqual(states(again), ['pending', 'stopped']);
  assertExplained(explained as string, { keyArn, denial });
  assert.deepEqual(states(mended), ['pending', 'running']);
  assert.match(
    mended as string,
    /grant for arn:aws:sts::123456789012:assumed-role\/aws:ec2-infrastructure\/i-\S+: Decrypt/,
  );
  assert.ok(himself?.includes(`AccessDeniedException: ${denial}`), himself);
});

/** The states that the instance is told to pass; short ones may be missed between two looks. */
function states(step: string | undefined): string[] {
  return [...(step ?? '').matchAll(/^ +i-\S+ is (\S+)$/gm)].map(([, state]) => state as string);
}
