/**
 * `npm run soak -- [--kills N] [--seed N]`: a real server on a real disk under mixed load, ended at random by SIGKILL and
 * SIGTERM, with a disk that is full or whose syncs fail; and after each start all that was acknowledged looked for.
 */
import * as cf from '@aws-sdk/client-cloudformation';
import * as kms from '@aws-sdk/client-kms';
import { readArguments } from '../../tools/arguments.ts';
import {
  type Clients,
  clientsOf,
  instances,
  keys,
  stacks,
  users,
  VolumeWriter,
  type Work,
} from './clients.ts';
import { Model } from './model.ts';
import { type Fault, SoakServer } from './server.ts';

const { numberOf } = readArguments(import.meta.url, {
  kills: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
});
const kills = numberOf('kills');
const seed = numberOf('seed');
let state = seed >>> 0;
/** mulberry32 */
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const server = new SoakServer();
const model = new Model();
const writer = new VolumeWriter();
let clients: Clients;
let disturbed = false;
const unexpected: string[] = [];
const work: Work = { clients: () => clients, server, model, random, isDisturbed: () => disturbed };

async function start(): Promise<void> {
  await server.start();
  disturbed = false;
  clients = clientsOf(server, await server.ask('account'));
}

/** Does one kind of work again and again until the server is disturbed; an error before that is news. */
async function loop(once: (work: Work) => Promise<void>): Promise<void> {
  while (!disturbed) {
    await once(work).catch((error: Error) => {
      if (!disturbed) unexpected.push(`${error.name}: ${error.message}`.slice(0, 300));
    });
    await pause(20 + random() * 80);
  }
}

type End = 'SIGKILL' | 'SIGTERM' | 'full disk' | 'failed sync';
const ended: Record<End, number> = { SIGKILL: 0, SIGTERM: 0, 'full disk': 0, 'failed sync': 0 };

function nextEnd(): End {
  const drawn = random();
  if (drawn < 0.7 || !server.hasFaults) return drawn < 0.9 ? 'SIGKILL' : 'SIGTERM';
  if (drawn < 0.8) return 'SIGTERM';
  return drawn < 0.9 ? 'full disk' : 'failed sync';
}

const withFault = async (kind: Fault, ms: number) => {
  server.fault(kind);
  await pause(ms);
};

async function endServer(kind: End): Promise<void> {
  disturbed = true;
  ended[kind]++;
  if (kind === 'full disk') {
    await withFault('full', 300 + random() * 700);
    if (!server.isRunning) unexpected.push(`a full disk ended the server: ${server.stderr.slice(-300)}`);
    server.fault('none');
    // It must go on by itself when there is room again.
    for (let tries = 0; tries < 100; tries++) {
      const health = await fetch(`${server.url}/_latchkey/health`).then((answer) => answer.json());
      await clients.kms.send(new kms.CreateKeyCommand({})).catch(() => {});
      if ((health as { status: string }).status === 'ok') return;
      await pause(100);
    }
    unexpected.push('there is room again, and the server does not go on');
    return;
  }
  if (kind === 'failed sync') {
    server.fault('sync');
    // Somebody must write for the sync to fail.
    await clients.kms.send(new kms.CreateKeyCommand({})).catch(() => {});
    if (!(await server.ends(10_000))) unexpected.push('a failed sync did not end the server');
    server.fault('none');
    const { code } = await server.end('SIGKILL');
    if (code !== 74) unexpected.push(`a failed sync ended the server with ${code}`);
    return;
  }
  const { code, signal } = await server.end(kind);
  if (kind === 'SIGTERM' && code !== 0) unexpected.push(`SIGTERM ended with ${code ?? signal}`);
}

/** Once nothing is done any more: stacks are whole, and no resource of theirs is there twice. */
async function checkStacks(): Promise<number> {
  await server.ask('settle');
  const perStack = new Map<string, number>();
  for await (const page of kms.paginateListKeys({ client: clients.kms }, {})) {
    for (const { KeyId } of page.Keys ?? []) {
      const { KeyMetadata } = await clients.kms.send(new kms.DescribeKeyCommand({ KeyId }));
      const description = KeyMetadata?.Description ?? '';
      if (!description.startsWith('stack-') || KeyMetadata?.KeyState !== 'Enabled') continue;
      perStack.set(description, (perStack.get(description) ?? 0) + 1);
    }
  }
  let count = 0;
  for await (const page of cf.paginateDescribeStacks({ client: clients.cf }, {})) {
    for (const { StackName = '', StackStatus } of page.Stacks ?? []) {
      count++;
      if (StackStatus !== 'CREATE_COMPLETE') unexpected.push(`${StackName} is ${StackStatus}`);
      if (perStack.get(StackName) !== 1) unexpected.push(`${StackName} has ${perStack.get(StackName)} keys`);
      perStack.delete(StackName);
    }
  }
  for (const [name, orphans] of perStack) unexpected.push(`${orphans} keys of ${name}, which is no stack`);
  return count;
}

const startedAt = Date.now();
await start();
await instances(work);
let stackCount = 0;
for (let round = 1; round <= kills; round++) {
  const loops = [keys, users, stacks, (w: Work) => writer.write(w), ...(round % 5 === 0 ? [instances] : [])];
  const running = loops.map(loop);
  await pause(300 + random() * 1200);
  await endServer(nextEnd());
  await Promise.all(running);
  // Also while it starts.
  if (!server.isRunning && random() < 0.2) {
    const starting = server.start().catch(() => {});
    await pause(random() * 800);
    await server.end('SIGKILL');
    ended.SIGKILL++;
    await starting;
  }
  if (server.isRunning) disturbed = false;
  else await start();
  await model.verify(random, 30, 10);
  await writer.verify(work);
  if (round % 25 === 0 || round === kills) {
    stackCount = await checkStacks();
    console.log(
      `${round} ends in ${Math.round((Date.now() - startedAt) / 1000)} s: ${model.acknowledged} acknowledged, ` +
        `${model.checks + writer.checks} checked, ${model.lost.length} lost, ${unexpected.length} unexpected`,
    );
  }
}
await model.verify(random, model.promised.size, 0);
await server.end('SIGTERM');
console.log(
  `ends: ${Object.entries(ended)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}${server.hasFaults ? '' : ' (no C compiler here: the disk was not made to fail)'}\n` +
    `acknowledged: ${model.acknowledged}; checked: ${model.checks} changes and ${writer.checks} flushed blocks; ` +
    `stacks: ${stackCount}\nlost: ${model.lost.length}; unexpected: ${unexpected.length}`,
);
for (const line of [...model.lost, ...unexpected].slice(0, 40)) console.log(`  ${line}`);
await server.remove();
process.exitCode = model.lost.length + unexpected.length > 0 ? 1 : 0;
