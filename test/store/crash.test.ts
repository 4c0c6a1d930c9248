import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { audit, TELLERS } from './crash-bank.ts';

const KILLS = 25;

/** Runs the bank until it is killed `afterMs` after its first acknowledgement; gives each teller's last acknowledged transfer. */
async function runAndKill(file: string, afterMs: number): Promise<number[]> {
  const program = new URL('./crash-bank.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged: number[] = Array(TELLERS).fill(0);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  await sleep(afterMs);
  child.kill('SIGKILL');
  const [, signal] = await closed;
  assert.equal(signal, 'SIGKILL', 'the bank ended by itself');
  // A line that was cut off may be cut within its number.
  for (const line of output.split('\n').slice(0, -1)) {
    const [teller = 0, transfers = 0] = line.split(' ').map(Number);
    acknowledged[teller] = transfers;
  }
  return acknowledged;
}

test(`killed ${KILLS} times under load, the store has lost nothing acknowledged and kept nothing halved`, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-crash-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'latchkey.db');
  let made: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await runAndKill(file, (kill * 13) % 60);
    const before = made;
    made = await audit(file, before);
    assert.ok(
      acknowledged.some((transfers, id) => transfers > (before[id] ?? 0)),
      'nothing was done in this round',
    );
    for (const [id, transfers] of acknowledged.entries()) {
      assert.ok((made[id] as number) >= transfers, `transfer ${transfers} of teller ${id} was lost`);
    }
  }
  await audit(file, []);
});
