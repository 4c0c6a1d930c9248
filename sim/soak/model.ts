/** What the soak's clients were told, and so what must be there after any end of the server. */

/** One thing that was acknowledged: how to look for it, and what must be found. */
export interface Promised {
  readonly what: string;
  /** Resolves with undefined if all is as promised, otherwise with what is wrong. */
  check(): Promise<string | undefined>;
}

export class Model {
  readonly promised = new Map<string, Promised>();
  acknowledged = 0;
  checks = 0;
  readonly lost: string[] = [];

  /** The newest promise about a thing takes the place of the one before. */
  promise(name: string, what: string, check: () => Promise<string | undefined>): void {
    this.acknowledged++;
    this.promised.set(name, { what, check });
  }

  /** What is no longer promised either way: a change was under way when the server ended. */
  forget(name: string): void {
    this.promised.delete(name);
  }

  /** Checks the newest promises, and some of the older ones. */
  async verify(random: () => number, newest: number, sample: number): Promise<void> {
    const all = [...this.promised];
    const recent = all.slice(-newest);
    const older = all.slice(0, -newest);
    for (let count = 0; count < sample && older.length > 0; count++) {
      recent.push(older[Math.floor(random() * older.length)] as (typeof older)[number]);
    }
    for (const [name, { what, check }] of recent) {
      this.checks++;
      const wrong = await check().catch((error: Error) => `${error.name}: ${error.message}`);
      if (wrong !== undefined) this.lost.push(`${name} (${what}): ${wrong}`);
    }
  }
}
