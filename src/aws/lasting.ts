/**
 * Values that stay the same object for as long as what they were made of does, all of it frozen: what is made of one
 * (its XML) may be kept beside it.
 */
const lastingValues = new WeakSet<object>();

/** Freezes a value that was just made, and all within it. */
export function lasting<T extends object>(value: T): T {
  freeze(value);
  lastingValues.add(value);
  return value;
}

export const isLasting = (value: object): boolean => lastingValues.has(value);

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const each of Object.values(value)) freeze(each);
}
