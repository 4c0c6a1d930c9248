/** John's story as it is typed with the AWS CLI: examples/johns-story.sh. */
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { startServerFor } from '../worlds/server.ts';
import { assertStory, runAgainst } from './johns-story.ts';

const hasCli = spawnSync('aws', ['--version']).status === 0;
const skip = hasCli ? false : 'the AWS CLI ("aws") is not installed';

describe('the AWS CLI', { skip, concurrency: 2 }, () => {
  for (const how of ['launch', 'attach']) {
    test(`John's story, the encrypted volume by ${how}`, async (t) => {
      const server = await startServerFor(t);
      await assertStory(server, await runAgainst(server, 'bash', ['examples/johns-story.sh', how]));
    });
  }
});
