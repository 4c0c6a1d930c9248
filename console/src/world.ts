/** The world that is looked at, and where in it: known to every screen. */
import { createContext, useContext } from 'react';
import type { WorldAnswer } from '../../src/control/world.ts';
import type { Place } from './door/ask.ts';

export interface Surroundings {
  readonly world: WorldAnswer;
  readonly place: Required<Place>;
  setPlace(place: Required<Place>): void;
  /** In whose name changes are made: `admin`, `root`, or `user/NAME`. */
  readonly actor: string;
  setActor(actor: string): void;
}

export const WorldContext = createContext<Surroundings | undefined>(undefined);

export function useWorld(): Surroundings {
  const surroundings = useContext(WorldContext);
  if (!surroundings) throw new Error('a screen is shown outside a world');
  return surroundings;
}

/** `user admin`, `the root user` */
export const actorName = (actor: string): string =>
  actor === 'root' ? 'the root user' : actor === 'admin' ? 'user admin' : actor.replace('/', ' ');
