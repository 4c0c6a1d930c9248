/** Faults on trial: which tests run their place, found once, and what those say when the fault is on. */
import { ENUMERATING, WHOLE_ANSWERS } from './areas.ts';
import { Bench, type Copies } from './bench.ts';
import type { Numbered } from './schemata.ts';
import type { Measured } from './worker.ts';

export type Verdict =
  | { readonly caught: true; readonly by: string }
  | { readonly caught: false; readonly tried: number; readonly of: number };

export interface Tried {
  readonly fault: Numbered;
  readonly verdict: Verdict;
}

export interface Limits {
  /** Tests of one fault take so long together, without the fault, on a machine that has nothing else to do. */
  readonly faultMs: number;
  readonly endsAtMs: number;
}

const DEADLINE_MS = 4_000;
/** A fault that hangs is slower than any test: so much more than without it. */
const SLOWER = 6;
/** A process that has seen so many faults is replaced: what they left would add up. */
const FAULTS_A_PROCESS = 60;

export class Trial {
  readonly #root: string;
  readonly #copies: Copies;
  readonly #limits: Limits;
  readonly #tests = new Map<string, Measured>();
  readonly #reaching = new Map<number, Measured[]>();
  /** Tests that fail alone, because others must run before them. */
  readonly #dependent = new Set<string>();
  readonly #sound = new Set<string>();
  readonly #loaded = new Set<number>();
  /** Those whose place no test came to, since what it computes was kept from before. */
  readonly #unseen = new Set<number>();

  constructor(root: string, copies: Copies, limits: Limits) {
    this.#root = root;
    this.#copies = copies;
    this.#limits = limits;
  }

  /** Runs the tests of these files without any fault. */
  async measure(files: readonly string[]): Promise<void> {
    const bench = new Bench(this.#root, this.#copies);
    for (const file of files) {
      const reply = await bench.give({ kind: 'measure', file }, 300_000);
      if (reply?.kind !== 'measured') console.log(`${file} ends the process: left out`);
      else {
        for (const test of reply.tests) this.#keep(test);
        for (const id of reply.loaded) this.#loaded.add(id);
      }
    }
    bench.end();
  }

  #keep(test: Measured): void {
    if (!test.passed) {
      console.log(`${test.id} ${test.name}: fails without a fault: left out`);
      return;
    }
    this.#tests.set(test.id, test);
    for (const id of test.reached) {
      const reaching = this.#reaching.get(id) ?? [];
      reaching.push(test);
      this.#reaching.set(id, reaching);
    }
  }

  /** Each in a process that has tried others; one whose code ran before it could be switched on, or not again, in one of its own. */
  async tryAll(
    faults: readonly Numbered[],
    markers: readonly Numbered[],
    jobs: number,
    onTried: (tried: Tried) => void,
  ): Promise<void> {
    const all = [...faults, ...markers];
    const rest = [...faults];
    const work = async () => {
      const bench = new Bench(this.#root, this.#copies);
      for (let count = 1; Date.now() < this.#limits.endsAtMs; count++) {
        const fault = rest.shift();
        if (!fault) break;
        if (count % FAULTS_A_PROCESS === 0) bench.end();
        const verdict = await this.#verdictOn(bench, fault, all);
        onTried({ fault, verdict });
      }
      bench.end();
    };
    await Promise.all(Array.from({ length: jobs }, work));
  }

  async #verdictOn(bench: Bench, fault: Numbered, all: readonly Numbered[]): Promise<Verdict> {
    const reaching = this.#reaching.get(fault.id) ?? [];
    const verdict = await this.#try(bench, fault, reaching);
    const hasRun = !this.#loaded.has(fault.id) && !this.#unseen.has(fault.id);
    const needsItsOwn = reaching.length === 0 || !hasRun;
    return verdict.caught || !needsItsOwn ? verdict : this.#tryFromStart(fault, all);
  }

  async #try(bench: Bench, { id: fault }: Numbered, reaching: readonly Measured[]): Promise<Verdict> {
    for (;;) {
      const { tests, ms } = this.#select(reaching);
      const survived = { caught: false, tried: tests.length, of: reaching.length } as const;
      if (tests.length === 0) return survived;
      const longest = Math.max(...tests.map((test) => test.ms));
      const order = { kind: 'try', fault, tests: tests.map(({ id }) => id) } as const;
      const give = () =>
        bench.give({ ...order, testMs: DEADLINE_MS + SLOWER * longest }, 2 * DEADLINE_MS + SLOWER * ms);
      // Twice: what hangs may be the machine.
      const reply = (await give()) ?? (await give());
      if (!reply) return { caught: true, by: 'the process hung or ended' };
      if (reply.kind === 'survived' && !reply.ran) this.#unseen.add(fault);
      if (reply.kind !== 'caught') return survived;
      if (reply.holdsWithout || (await this.#isSound(reply.by))) {
        if (!reply.holdsWithout) bench.end();
        this.#sound.add(reply.by);
        return { caught: true, by: `${reply.by.replace(/#\d+$/, '')}: ${reply.name}` };
      }
      // Another fault may have left the process unwell.
      bench.end();
      this.#dependent.add(reply.by);
      console.log(`${reply.by} ${reply.name}: fails alone: left out`);
    }
  }

  async #isSound(test: string): Promise<boolean> {
    if (this.#sound.has(test)) return true;
    const bench = new Bench(this.#root, this.#copies);
    const testMs = 30_000 + SLOWER * (this.#tests.get(test)?.ms ?? 0);
    const reply = await bench.give({ kind: 'try', fault: 0, tests: [test], testMs }, 2 * testMs);
    bench.end();
    return reply?.kind === 'survived';
  }

  async #tryFromStart(fault: Numbered, all: readonly Numbered[]): Promise<Verdict> {
    const bench = new Bench(this.#root, this.#copies, fault.id);
    const verdict = await this.#try(bench, fault, this.#near(fault, all));
    bench.end();
    return verdict;
  }

  /**
   * Of code that runs when it is loaded: the tests that run its file, or look at all that was loaded. Those that are seen to
   * run the code itself are few: they load it once more, in a thread of their own.
   */
  #near({ file }: Numbered, all: readonly Numbered[]): readonly Measured[] {
    const near = all.filter((other) => other.file === file).flatMap(({ id }) => this.#reaching.get(id) ?? []);
    const enumerating = [...this.#tests.values()].filter(({ id }) => ENUMERATING.test(id));
    return near.length > 0 ? [...new Set([...near, ...enumerating])] : [...this.#tests.values()];
  }

  /**
   * Whole answers, however long they take: they find the most. Of others, by file, quick files first, as much as the time
   * allows. Whole answers that are quick come first of all.
   */
  #select(reaching: readonly Measured[]): { tests: readonly Measured[]; ms: number } {
    const usable = reaching.filter(({ id }) => !this.#dependent.has(id));
    const [quick = [], long = []] = wholeAnswersOf(usable);
    const files = [...Map.groupBy(usable, ({ id }) => id.replace(/#\d+$/, '')).values()].sort(
      (one, other) => cpuOf(one) - cpuOf(other),
    );
    const others: Measured[] = [];
    let cpuMs = 0;
    for (const test of files.flat()) {
      if (isWhole(test) || (cpuMs + test.cpuMs > this.#limits.faultMs && others.length > 0)) continue;
      others.push(test);
      cpuMs += test.cpuMs;
    }
    const tests = [...quick, ...others, ...long];
    return { tests, ms: tests.reduce((sum, { ms }) => sum + ms, 0) };
  }
}

const QUICK_MS = 2_500;
const isWhole = ({ id }: Measured) => WHOLE_ANSWERS.test(id);
const cpuOf = (tests: readonly Measured[]) => tests.reduce((sum, { cpuMs }) => sum + cpuMs, 0);

function wholeAnswersOf(tests: readonly Measured[]): Measured[][] {
  const whole = tests.filter(isWhole).sort((one, other) => one.cpuMs - other.cpuMs);
  return [whole.filter(({ cpuMs }) => cpuMs <= QUICK_MS), whole.filter(({ cpuMs }) => cpuMs > QUICK_MS)];
}
