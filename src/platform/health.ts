/** What is wrong with the server as a whole, said once when it begins and once when it ends. */

export interface Problem {
  /** For the user. */
  readonly sentence: string;
  /** Whether calls are refused meanwhile. */
  readonly refusesCalls: boolean;
}

export class Health {
  readonly #problems = new Map<string, Problem>();
  readonly #report: (sentence: string) => void;

  constructor(report: (sentence: string) => void) {
    this.#report = report;
  }

  /** Of one subject there is one problem at a time; the same one again says nothing new. */
  begins(subject: string, problem: Problem): void {
    const before = this.#problems.get(subject);
    this.#problems.set(subject, problem);
    if (before?.sentence !== problem.sentence) this.#report(problem.sentence);
  }

  ends(subject: string, sentence: string): void {
    if (this.#problems.delete(subject)) this.#report(sentence);
  }

  /** `failing`: calls are refused. `degraded`: something is lost or out of reach, and everything else is served. */
  get state(): { readonly status: 'ok' | 'degraded' | 'failing'; readonly problems: readonly string[] } {
    const all = [...this.#problems.values()];
    const status = all.some(({ refusesCalls }) => refusesCalls) ? 'failing' : 'degraded';
    return { status: all.length === 0 ? 'ok' : status, problems: all.map(({ sentence }) => sentence) };
  }
}
