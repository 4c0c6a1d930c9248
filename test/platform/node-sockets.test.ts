import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodeSockets } from '../../src/platform/node/node-sockets.ts';

test('what came over a connection is zeros once it has ended', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sockets-'));
  const path = join(directory, 'a.sock');
  const lent: Buffer[] = [];
  let ended: Promise<unknown> | undefined;
  const listener = await nodeSockets.listen({ path }, (connection) => {
    connection.on('data', (bytes) => lent.push(bytes));
    ended = new Promise<void>((resolve) => connection.on('close', resolve));
    connection.write(Buffer.from('hello'));
  });
  try {
    const client = connect(path);
    await once(client, 'data');
    client.end('in confidence');
    await once(client, 'close');
    await ended;
    assert.equal(lent.length, 1);
    assert.deepEqual(lent[0], Buffer.alloc('in confidence'.length));
  } finally {
    listener.close();
    rmSync(directory, { recursive: true });
  }
});
