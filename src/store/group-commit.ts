/**
 * Group commit: what is applied while the disk syncs is the next group, and nobody who waits for the disk holds up the
 * event loop. There is at most one sync under way.
 */
import { nextTurn } from '../platform/next-turn.ts';
import type { Turns } from '../platform/ports.ts';
import type { Gathering } from './gathering.ts';

/** What an engine does for its groups. All but the syncs are done at once. */
export interface CommitSteps {
  begin(): void;
  /** Writes the group, to be kept whole or not at all. */
  commit(): void;
  /** Takes back what was applied since `begin`. */
  rollBack(): void;
  /** Resolves when all that was committed before the call is on stable storage. */
  sync(): Promise<void>;
  /** Whether the engine asks for a time when nothing is open or unsynced and nothing is let in. */
  needsRest(): boolean;
  rest(): Promise<void>;
}

interface Group extends PromiseWithResolvers<void> {
  /** How many transactions it is made of, or nearly. */
  members: number;
}

/** For how many turns at most a group may grow before it is committed. */
const MAX_TURNS = 4;

export class GroupCommit {
  readonly #steps: CommitSteps;
  readonly #turns: Turns;
  readonly #gathering: Gathering | undefined;
  /** Applied, not committed. */
  #open: Group | undefined;
  /** Committed last, and perhaps not synced yet. */
  #committed: Group | undefined;
  #running: Promise<void> | undefined;
  #resting: Promise<void> | undefined;
  #failure: Error | undefined;

  /** @param gathering where syncs may take long */
  constructor(steps: CommitSteps, turns: Turns, gathering?: Gathering) {
    this.#steps = steps;
    this.#turns = turns;
    this.#gathering = gathering;
  }

  /** Whatever is applied until the next commit belongs to one group. */
  join(): void {
    if (this.#failure) throw this.#failure;
    if (!this.#open) {
      this.#steps.begin();
      this.#open = group();
    }
    this.#open.members++;
    this.#gathering?.joined(this.#open.members);
    this.#running ??= this.#run();
  }

  /** Resolves when all that was applied is durable; rejects when it was rolled back instead. */
  durable(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return (this.#open ?? this.#committed)?.promise ?? Promise.resolve();
  }

  /** Undefined where changes may be applied now; otherwise they wait for this. */
  admission(): Promise<void> | undefined {
    return this.#resting;
  }

  /** Nothing is accepted or acknowledged any more: what was committed since the last sync may be lost. */
  stop(failure: Error): void {
    this.#failure ??= failure;
    this.abandon(this.#failure);
  }

  /** Gives up the open group, whose members hear of `error`. */
  abandon(error: Error): void {
    const abandoned = this.#open;
    if (!abandoned) return;
    this.#open = undefined;
    this.#steps.rollBack();
    abandoned.reject(error);
  }

  /** Resolves when nothing is open or unsynced any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    do {
      await this.#gather();
      await this.#commit();
      if (this.#failure === undefined && this.#steps.needsRest()) await this.#rest();
    } while (this.#open);
    this.#running = undefined;
  }

  /** A commit costs more than a turn: what comes in turns that follow one another is one group. */
  async #gather(): Promise<void> {
    let members = 0;
    for (let turn = 0; turn < MAX_TURNS && this.#members > members; turn++) {
      members = this.#members;
      await nextTurn(this.#turns);
    }
    await this.#gathering?.complete(this.#members);
  }

  /** Of the open group. */
  get #members(): number {
    return this.#open?.members ?? 0;
  }

  /** Commits the open group, and acknowledges it once a sync that began afterwards has ended. */
  async #commit(): Promise<void> {
    const committed = this.#open;
    // It may have been given up since.
    if (!committed) return;
    try {
      this.#steps.commit();
    } catch (error) {
      this.abandon(error as Error);
      return;
    }
    this.#open = undefined;
    this.#committed = committed;
    try {
      await (this.#gathering?.timed(this.#steps.sync) ?? this.#steps.sync());
      this.#gathering?.answered(committed.members, this.#members);
      committed.resolve();
    } catch (error) {
      this.stop(error as Error);
      committed.reject(error);
    }
  }

  async #rest(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resting = promise;
    try {
      // What was applied during the last sync is committed first; nothing further is let in.
      while (this.#open) await this.#commit();
      if (this.#failure === undefined) await this.#steps.rest();
    } catch (error) {
      this.stop(error as Error);
    } finally {
      this.#resting = undefined;
      resolve();
    }
  }
}

function group(): Group {
  const made = { ...Promise.withResolvers<void>(), members: 0 };
  // Its members await it too; this keeps a group whose only member failed from being an unhandled rejection.
  made.promise.catch(() => {});
  return made;
}
