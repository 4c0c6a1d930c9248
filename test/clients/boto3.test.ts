/** John's story as it is written with boto3: examples/johns_story.py. */
import { describe, test } from 'node:test';
import { LACKS_BOTO3, pythonWithBoto3 } from '../worlds/python.ts';
import { startServerFor } from '../worlds/server.ts';
import { assertStory, runAgainst } from './johns-story.ts';

const skip = pythonWithBoto3() ? false : LACKS_BOTO3;

describe('boto3', { skip, concurrency: 2 }, () => {
  for (const how of ['launch', 'attach']) {
    test(`John's story, the encrypted volume by ${how}`, async (t) => {
      const server = await startServerFor(t);
      await assertStory(server, await runAgainst(server, 'python3', ['examples/johns_story.py', how]));
    });
  }
});
