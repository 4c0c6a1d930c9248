/** What a template no longer has of a resource whose service leaves alone what an update does not name. */
import type { Json, JsonObject } from '../template/json.ts';

/** The members that were taken away, each with what the service takes for none. */
export const takenAway = <const T extends JsonObject>(
  from: JsonObject,
  to: JsonObject,
  none: T,
): Partial<T> =>
  Object.fromEntries(
    Object.entries(none).filter(([name]) => from[name] !== undefined && to[name] === undefined),
  ) as Partial<Record<keyof T, Json>> as Partial<T>;
