/**
 * A deep-frozen copy of a record, equal to what its JSON text reads back as. Refuses what JSON would change
 * silently (dates, buffers, NaN, class instances); a property that is undefined is left out, as in JSON.
 */
export function frozenRecord<R extends object>(record: R): R {
  return frozenCopy(record, '') as R;
}

function frozenCopy(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notJson(path, String(value));
    return value === 0 ? 0 : value;
  }
  if (typeof value !== 'object') throw notJson(path, typeof value);
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item, index) => frozenCopy(item, `${path}[${index}]`)));
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notJson(path, prototype.constructor?.name);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const property = (value as Record<string, unknown>)[name];
    if (property === undefined) continue;
    const kept = frozenCopy(property, `${path}.${name}`);
    // Assignment would set the prototype, where JSON.parse makes a property: of tags, one may be called so.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: kept, enumerable: true });
    else copy[name] = kept;
  }
  return Object.freeze(copy);
}

function notJson(path: string, what = 'object'): TypeError {
  return new TypeError(`a record holds plain JSON only, not ${what} at ${path === '' ? 'its root' : path}`);
}

/** Freezes what JSON.parse has just made, and all within it. */
export function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const name in value) freezeDeep(value[name]);
    Object.freeze(value);
  }
  return value;
}
