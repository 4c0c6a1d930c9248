/** One step of `npm run bench import`, in a process of its own: `node bench/import-steps.ts STEP FOLDER`. */
import { join } from 'node:path';
import type { ImportedWorld } from '../src/imported-world.ts';
import { keepHeapSmall } from '../src/platform/node/heap.ts';
import { deniedEvent, KEY_POLICY } from './import-account.ts';

export interface Measured {
  readonly what: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that the process ever held. */
  readonly peakMegabytes: number;
}

const [step = '', folder = ''] = process.argv.slice(2);
const out = join(folder, 'snapshot');
const measured: Measured[] = [];

async function timed<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  measured.push({
    what,
    seconds: (performance.now() - from) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  });
  return result;
}

// What a step does not need is not loaded, as the commands load it.
const openWorld = async (): Promise<ImportedWorld> => {
  keepHeapSmall();
  const { openImportedWorld } = await import('../src/imported-world.ts');
  return openImportedWorld(out);
};

async function importFrom(what: string, part: string): Promise<void> {
  const { importFiles } = await import('../src/import/files/import-files.ts');
  const { openForImport, saveSnapshot } = await import('../src/import/snapshot/store.ts');
  keepHeapSmall();
  await timed(what, async () => {
    const into = openForImport(out);
    await importFiles([join(folder, part)], into);
    saveSnapshot(out, into);
  });
}

const ask = (world: ImportedWorld, question: string, body: object) =>
  world.questions[question]?.(body as Record<string, unknown>) as Promise<Record<string, never>>;

async function asked(
  what: string,
  question: string,
  body: object,
  holds: (answer: Record<string, never>) => boolean,
): Promise<void> {
  const world = await openWorld();
  const answer = await timed(`${what}, once loaded`, () => ask(world, question, body));
  if (!holds(answer)) throw new Error(`${question} does not answer`);
  await world.close();
}

/** The least that can be done with what an import reads. */
async function parseAll(): Promise<void> {
  const { readdirSync, readFileSync } = await import('node:fs');
  const { gunzipSync } = await import('node:zlib');
  for (const part of ['account', 'logs']) {
    for (const name of readdirSync(join(folder, part))) {
      const bytes = readFileSync(join(folder, part, name));
      JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    }
  }
}

const STEPS: Readonly<Record<string, () => Promise<unknown>>> = {
  bare: () => timed('the same files, read and parsed as JSON', parseAll),
  files: () => importFrom('import of the account from files', 'account'),
  fold: () => importFrom('fold of the records, into the snapshot', 'logs'),
  load: () => timed('loading the snapshot', async () => (await openWorld()).close()),
  explain: () =>
    asked(
      'explain of a recorded denial',
      'explain',
      { subject: deniedEvent() },
      ({ verdict }) => verdict === 'denied',
    ),
  'who-can': () => asked('who-can', 'who-can', { key: 'alias/key-7' }, ({ users }) => users !== undefined),
  async 'what-if'() {
    const world = await openWorld();
    const { calibration } = (await timed('calibration over all uses', () =>
      ask(world, 'check', {}),
    )) as unknown as {
      calibration: { uses: number; agreement?: number };
    };
    const { uses, agreement } = calibration;
    await timed(`what-if over ${uses} uses (agreement ${agreement})`, () =>
      ask(world, 'what-if', { target: 'alias/key-7', policy: KEY_POLICY }),
    );
    await world.close();
  },
};

await STEPS[step]?.();
process.stdout.write(JSON.stringify(measured));
