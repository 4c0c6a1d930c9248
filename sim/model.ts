/** What callers were told, and so what must be. */
import type { Place } from './places.ts';
import type { World } from './world.ts';

export interface FlushedBlock {
  /** The round of the last flush that was acknowledged. */
  readonly flushed: number;
  /** The last round that was written, or might have been. */
  readonly begun: number;
}

/** A thing, and who made it where. */
export interface Made {
  readonly id: string;
  readonly place: Place;
}

export class Model {
  /** By the name of a thing: looks whether it is as was acknowledged; says what is wrong. */
  readonly promised = new Map<string, (world: World) => Promise<string | undefined>>();
  readonly blocks = new Map<string, Map<number, FlushedBlock>>();
  /** By ARN. */
  /** Volumes that somebody writes to. */
  readonly writing = new Set<string>();
  readonly keys: Made[] = [];
  readonly users: string[] = [];
  readonly instances: Made[] = [];
  readonly groups = new Map<string, number>();
  /** Of groups that a change of capacity was asked of, and not answered. */
  readonly uncertainGroups = new Set<string>();
  readonly trace: string[] = [];
  /** By Region. */
  readonly imageIds = new Map<string, string>();
  round = 0;
  puts = 0;
}
