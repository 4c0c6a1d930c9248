/** John's story as it is written with boto3: examples/johns_story.py. */
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { startServerFor } from '../worlds/server.ts';
import { assertStory, runAgainst } from './johns-story.ts';

const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const skip = hasBoto3 ? false : 'python3 cannot import boto3';

describe('boto3', { skip, concurrency: 2 }, () => {
  for (const how of ['launch', 'attach']) {
    test(`John's story, the encrypted volume by ${how}`, async (t) => {
      const server = await startServerFor(t);
      await assertStory(server, await runAgainst(server, 'python3', ['examples/johns_story.py', how]));
    });
  }
});
