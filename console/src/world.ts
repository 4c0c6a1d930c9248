/** The world that is looked at, and where in it: known to every screen. */
import { createContext, useContext } from 'react';
import type { WorldAnswer } from '../../src/control/world.ts';
import type { Place } from './door/ask.ts';

export interface Surroundings {
  readonly world: WorldAnswer;
  readonly place: Required<Place>;
  setPlace(place: Required<Place>): void;
}

export const WorldContext = createContext<Surroundings | undefined>(undefined);

export function useWorld(): Surroundings {
  const surroundings = useContext(WorldContext);
  if (!surroundings) throw new Error('a screen is shown outside a world');
  return surroundings;
}
