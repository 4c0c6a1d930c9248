/** A turn of the event loop as a promise. */
import type { Turns } from './ports.ts';

/** Resolves once everything that is ready has had its turn. */
export const nextTurn = (turns: Turns): Promise<void> => new Promise((resolve) => turns.next(resolve));
