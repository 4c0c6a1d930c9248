/** John's story as it is typed with the AWS CLI: examples/johns-story.sh. */
import { describe, test } from 'node:test';
import { lacksAwsCli } from '../worlds/aws-cli.ts';
import { startServerFor } from '../worlds/server.ts';
import { assertStory, runAgainst } from './johns-story.ts';

describe('the AWS CLI', { skip: lacksAwsCli, concurrency: 2 }, () => {
  for (const how of ['launch', 'attach']) {
    test(`John's story, the encrypted volume by ${how}`, async (t) => {
      const server = await startServerFor(t);
      await assertStory(server, await runAgainst(server, 'bash', ['examples/johns-story.sh', how]));
    });
  }
});
