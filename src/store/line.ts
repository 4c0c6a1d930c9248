/** In which order transactions run: one after another, each alone, or several of them side by side. */

/** A place in line whose turn has come. */
export interface Place {
  /** The tables and logs that were changed since its turn came: by others who have the place too, for nobody else can. */
  readonly changed: Set<string>;
  /** Resolves when no other who has the place is at work any more, until this one leaves. */
  alone(): Promise<void>;
  leave(): void;
}

/** Those who have one place. */
class Party {
  readonly turn: Promise<void>;
  readonly changed = new Set<string>();
  readonly #end: () => void;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(turn: Promise<void>, end: () => void) {
    this.turn = turn;
    this.#end = end;
  }

  join(): Place {
    this.#working++;
    return {
      changed: this.changed,
      alone: () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#waiting.push(resolve);
        this.#stop();
        return promise;
      },
      leave: () => this.#stop(),
    };
  }

  /** Once none is at work, those who wait go on one at a time. */
  #stop(): void {
    this.#working--;
    if (this.#working > 0) return;
    const next = this.#waiting.shift() ?? this.#end;
    next();
  }
}

export class Line {
  #lastLeft: Promise<void> = Promise.resolve();
  /** Who has the last place, where others may join them since its turn has not come. */
  #open: Party | undefined;

  async alone(): Promise<Place> {
    const party = this.#newPlace();
    const place = party.join();
    await party.turn;
    return place;
  }

  /** Those who ask for it one right after another have one place; the next in line comes when the last of them has left. */
  async beside(): Promise<Place> {
    const party = this.#open ?? this.#newPlace();
    this.#open = party;
    const place = party.join();
    await party.turn;
    if (this.#open === party) this.#open = undefined;
    return place;
  }

  #newPlace(): Party {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = this.#lastLeft;
    this.#lastLeft = promise;
    this.#open = undefined;
    return new Party(turn, resolve);
  }
}
