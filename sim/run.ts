/** One seed, one run: a workload, faults at any step, and the checkers after each restart and in the end. */
import { hash } from 'node:crypto';
import { CHECKERS, CHECKERS_AFTER_RESTART } from './checkers.ts';
import { Model } from './model.ts';
import { PLACES } from './places.ts';
import type { Planted } from './planted.ts';
import { prepare } from './prepare.ts';
import { ACTIONS } from './workload.ts';
import { Crashed, World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  /** What does not hold; empty where all does. */
  readonly wrong: readonly string[];
  /** What was done and what became of it, one line each; equal in every run of the seed. */
  readonly trace: readonly string[];
  /** Of the trace and the disk in the end. */
  readonly digest: string;
  readonly crashes: number;
  readonly acknowledged: number;
}

export interface RunOptions {
  readonly seed: number;
  /** Actions that are begun. */
  readonly actions: number;
  readonly planted?: Planted;
}

const HOUR_MS = 3_600_000;
/** Of the power, at each turn. */
const CRASH_CHANCE = 0.004;

export async function run({ seed, actions, planted }: RunOptions): Promise<Outcome> {
  const world = new World(seed, planted);
  const model = new Model();
  let crashes = 0;
  const shownBy = planted && new Set(planted.shownBy);
  const kinds = ACTIONS.filter(({ name }) => shownBy?.has(name) !== false);
  const wrong: string[] = [];
  const note = (line: string) => model.trace.push(`${world.time.clock.nowMs()} ${line}`);
  const restart = async () => {
    note('the power fails');
    crashes++;
    world.crash();
    await world.until(world.start());
  };
  try {
    await world.until(world.start());
    await world.until(prepare(world, model));
    planted?.disk?.(world.disk);
    for (let begun = 0; begun < actions; ) {
      if (world.random.chance(0.15)) begin(world, model, { kinds, number: begun++ }, note);
      await world.time.runOne(1000);
      if (world.isFatal || world.random.chance(planted?.crashChance ?? CRASH_CHANCE)) await restart();
      else disturb(world, note);
    }
    world.disk.faults.isFull = false;
    await world.quiet();
    if (world.isFatal || world.random.chance(0.5)) await restart();
    await world.quiet();
    const hold = async (checkers: typeof CHECKERS) => {
      for (const [name, check] of Object.entries(checkers)) {
        for (const what of await check(world, model)) wrong.push(`${name}: ${what}`);
      }
    };
    await hold(CHECKERS);
    await restart();
    await world.quiet();
    await hold(CHECKERS_AFTER_RESTART);
    if (world.random.chance(0.5)) wrong.push(...(await damage(world, model, restart)));
    for (const defect of world.defects) wrong.push(`a defect: ${defect.slice(0, 400)}`);
  } catch (error) {
    wrong.push(`the run ended: ${(error as Error).stack}`);
  }
  const digest = hash(
    'sha256',
    `${model.trace.join('\n')}${world.disk.paths().map((path) => hash('sha256', world.disk.content(path)))}`,
  );
  return { seed, wrong, trace: model.trace, digest, crashes, acknowledged: world.acknowledged.length };
}

/** A bit flips in a journal at rest: what was flushed is there, or its volume is in error; never something else. */
async function damage(world: World, model: Model, restart: () => Promise<void>): Promise<string[]> {
  const { disk, random } = world;
  await restart();
  const journals = disk.paths().filter((path) => path.endsWith('/journal') && path.startsWith('/volumes/'));
  if (journals.length === 0) return [];
  disk.flipBit(random.pick(journals));
  await restart();
  await world.quiet();
  const served = new Set<string | undefined>();
  for (const place of PLACES) {
    const { Volumes = [] } = await world.until(world.call('ec2', 'DescribeVolumes', {}, place));
    for (const { State, VolumeId } of Volumes) if (State === 'in-use') served.add(VolumeId);
  }
  for (const volumeId of model.blocks.keys()) if (!served.has(volumeId)) model.blocks.delete(volumeId);
  const wrong = await CHECKERS.flushesAreReadable?.(world, model);
  return (wrong ?? []).map((what) => `after a bit flipped: ${what}`);
}

function begin(
  world: World,
  model: Model,
  { kinds, number }: { readonly kinds: typeof ACTIONS; readonly number: number },
  note: (line: string) => void,
): void {
  const action = world.random.pick(kinds);
  note(`${number} ${action.name}`);
  action(world, model).then(
    () => note(`${number} is done`),
    (error: Error) => note(`${number} ${error instanceof Crashed ? 'is cut off' : error.name}`),
  );
}

function disturb(world: World, note: (line: string) => void): void {
  const { random, disk, time } = world;
  if (random.chance(0.002)) {
    disk.faults.isFull = !disk.faults.isFull;
    note(disk.faults.isFull ? 'the disk is full' : 'there is room again');
  } else if (disk.faults.isFull && random.chance(0.05)) {
    disk.faults.isFull = false;
    note('there is room again');
  } else if (random.chance(0.001)) {
    disk.faults.failsSyncs = true;
    note('syncs fail');
  } else if (random.chance(0.0012)) {
    const byMs = Math.floor((random.next() - 0.5) * 4 * HOUR_MS);
    time.step(byMs);
    note(`the clock steps by ${byMs} ms`);
  }
}

/** The fewest actions with which the seed still fails: its shortest replay. */
export async function shortest(options: RunOptions): Promise<number> {
  let [enough, tooFew] = [options.actions, 0];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const { wrong } = await run({ ...options, actions: middle });
    if (wrong.length > 0) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
