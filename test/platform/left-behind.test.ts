/** What killed servers leave in folders that others share: only what surely has no owner any more is taken away. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { PROCESS_SPACE } from '../../src/platform/node/process-number.ts';
import { runningServers } from '../../src/platform/node/running-server.ts';
import { openSocketDirectory } from '../../src/platform/node/socket-directory.ts';

/** Of a process that has ended. */
const { pid: ENDED } = spawnSync(process.execPath, ['-e', '']);
const OTHER_SPACE = `${PROCESS_SPACE}1`;

/** Makes a server known again and again, and counts how often it was not there afterwards. */
const ANNOUNCER = `
  import { existsSync } from 'node:fs';
  import { join } from 'node:path';
  import { parentPort } from 'node:worker_threads';
  const { announceServer, serversDirectory } = await import(process.env.MODULE);
  let lost = 0;
  for (let done = 0; done < 1000; done++) {
    const takeBack = announceServer({ url: 'http://127.0.0.1:4000', token: 'token', pid: process.pid });
    if (!existsSync(join(serversDirectory(), '4000.json'))) lost++;
    takeBack();
  }
  parentPort.postMessage(lost);
`;

describe('a folder that several share', () => {
  let folder: string;
  beforeEach((t) => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-shared-'));
    const before = { TMPDIR: process.env.TMPDIR, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR };
    Object.assign(process.env, { TMPDIR: folder, XDG_RUNTIME_DIR: folder });
    (t as TestContext).after(() => {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      rmSync(folder, { recursive: true, force: true });
    });
  });

  test("keeps the sockets of who lives, and of other containers' processes", () => {
    const own = PROCESS_SPACE && `${PROCESS_SPACE}.`;
    const names = {
      ended: `latchkey-nbd-${own}${ENDED}-aaaaaa`,
      living: `latchkey-nbd-${own}${process.pid}-bbbbbb`,
      elsewhere: `latchkey-nbd-${OTHER_SPACE}.${ENDED}-cccccc`,
    };
    for (const name of Object.values(names)) mkdirSync(join(folder, name));
    const opened = openSocketDirectory(undefined);
    const left = readdirSync(folder);
    assert.ok(!left.includes(names.ended));
    assert.ok(left.includes(names.living) && left.includes(names.elsewhere));
    assert.equal(left.length, 3);
    opened.remove();
    assert.equal(readdirSync(folder).length, 2);
  });

  test('lists the servers of its own processes, and keeps the notes of others', () => {
    const directory = join(folder, `latchkey-${userInfo().uid}`);
    mkdirSync(directory, { mode: 0o700 });
    const note = (port: number, pid: number, space: string) =>
      writeFileSync(
        join(directory, `${port}.json`),
        JSON.stringify({ url: `http://127.0.0.1:${port}`, token: 'x', pid, space }),
      );
    note(1, process.pid, PROCESS_SPACE);
    note(2, ENDED, PROCESS_SPACE);
    note(3, ENDED, OTHER_SPACE);
    note(4, process.pid, OTHER_SPACE);
    assert.deepEqual(
      runningServers().map(({ url }) => url),
      ['http://127.0.0.1:1'],
    );
    assert.deepEqual(readdirSync(directory).sort(), ['1.json', '3.json', '4.json']);
  });

  test('a server that makes itself known is not taken for one that was left behind', async () => {
    const MODULE = new URL('../../src/platform/node/running-server.ts', import.meta.url).href;
    const source = new URL(`data:text/javascript,${encodeURIComponent(ANNOUNCER)}`);
    const worker = new Worker(source, { env: { ...process.env, MODULE } });
    let isOver = false;
    const lost = Promise.withResolvers<number>();
    worker.once('message', lost.resolve).once('error', lost.reject);
    worker.once('exit', () => {
      isOver = true;
    });
    let seen = 0;
    while (!isOver) {
      seen += runningServers().length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await lost.promise, 0);
    assert.ok(seen > 0, 'somebody looked meanwhile');
  });
});
