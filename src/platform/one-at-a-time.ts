/** Work on the same thing, one after the other as it comes: what reads and then writes must not be read in between. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  async do<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing);
    const done = before ? before.then(work) : work();
    const settled = done.catch(() => undefined);
    this.#last.set(thing, settled);
    await settled;
    if (this.#last.get(thing) === settled) this.#last.delete(thing);
    return done;
  }
}
