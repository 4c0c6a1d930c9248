/**
 * The paths by which AWS's services name a property of JSON: `$.detail.items[0].id`, `$['detail-type']`. They take
 * neither wildcards nor filters.
 */
export type JsonPath = (value: unknown) => unknown;

const STEP = /\.([^.[\]'"\s*]+)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/y;

/** Undefined where the text is no path. What a path finds nothing at is undefined. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: string[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text);
    if (!found) return undefined;
    steps.push(found.slice(1).find((part) => part !== undefined) as string);
  }
  return (value) => steps.reduce(property, value);
}

function property(value: unknown, name: string): unknown {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isThere ? (value as Record<string, unknown>)[name] : undefined;
}
