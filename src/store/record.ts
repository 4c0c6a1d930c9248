/**
 * A deep-frozen copy of a record, equal to what its JSON text reads back as. Refuses what JSON would change
 * silently (dates, buffers, NaN, class instances); a property that is undefined is left out, as in JSON.
 */
export function frozenRecord<R extends object>(record: R): R {
  return frozenCopy(record) as R;
}

/** A value that is no plain JSON. Its place is put together on the way out: nothing is written for those that are. */
class NotJson extends TypeError {
  readonly #what: string;
  #path = '';

  constructor(what = 'object') {
    super();
    this.#what = what;
    this.isIn('');
  }

  isIn(step: string): void {
    this.#path = step + this.#path;
    this.message = `a record holds plain JSON only, not ${this.#what} at ${this.#path === '' ? 'its root' : this.#path}`;
  }
}

function frozenCopy(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotJson(String(value));
    return value === 0 ? 0 : value;
  }
  if (typeof value !== 'object') throw new NotJson(typeof value);
  return Object.freeze(Array.isArray(value) ? copyOfList(value) : copyOfObject(value));
}

function copyOfList(list: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  try {
    for (const item of list) copy.push(frozenCopy(item));
  } catch (error) {
    if (error instanceof NotJson) error.isIn(`[${copy.length}]`);
    throw error;
  }
  return copy;
}

function copyOfObject(value: object): Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotJson(prototype.constructor?.name);
  const copy: Record<string, unknown> = {};
  let at = '';
  try {
    for (at of Object.keys(value)) {
      const property = (value as Record<string, unknown>)[at];
      if (property === undefined) continue;
      const kept = frozenCopy(property);
      // Assignment would set the prototype, where JSON.parse makes a property: of tags, one may be called so.
      if (at === '__proto__') Object.defineProperty(copy, at, { value: kept, enumerable: true });
      else copy[at] = kept;
    }
  } catch (error) {
    if (error instanceof NotJson) error.isIn(`.${at}`);
    throw error;
  }
  return copy;
}

/** Freezes what JSON.parse has just made, and all within it. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const name in value) freezeDeep(value[name]);
    Object.freeze(value);
  }
  return value;
}
