/**
 * Parameters that AWS knows and Latchkey does not serve. To leave one out in silence would be a lie, so it is refused by
 * name; what is off or empty asks for nothing.
 */
import type { Shape, StructureShape } from '../shapes/shape.ts';

/** A member by its path (`Placement.HostId`, `NetworkInterfaces[].InterfaceType`), and values of it that are served. */
export type UnservedMember = string | readonly [path: string, ...served: readonly unknown[]];

/** The path of the first member that a request asks for and that is not served. */
export function askedUnserved(input: object, members: readonly UnservedMember[]): string | undefined {
  for (const member of members) {
    const [path, ...served] = typeof member === 'string' ? [member] : member;
    if (valuesAt(input, path).some((value) => isAsked(value) && !served.includes(value))) return shown(path);
  }
  return undefined;
}

const shown = (path: string) => path.replaceAll('[]', '');

function valuesAt(input: object, path: string): unknown[] {
  let values: unknown[] = [input];
  for (const step of path.split('.')) {
    const name = shown(step);
    values = values.flatMap((value) => {
      const member = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
      return name === step ? [member] : ((member as unknown[] | undefined) ?? []);
    });
  }
  return values;
}

function isAsked(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isAsked);
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

/** Throws where a path is not one of the shape's: a misspelt one would refuse nothing. */
export function requireKnownPaths(shape: StructureShape, members: readonly UnservedMember[]): void {
  for (const member of members) {
    const path = typeof member === 'string' ? member : member[0];
    let at: Shape | undefined = shape;
    for (const step of path.split('.')) {
      const inner: Shape | undefined = membersOf(at).find(({ name }) => name === shown(step))?.shape;
      at = step.endsWith('[]') && inner?.type === 'list' ? inner.member : inner;
    }
    if (!at) throw new Error(`${shape.name} has no member ${path}`);
  }
}

const membersOf = (shape: Shape | undefined) => (shape?.type === 'structure' ? shape.members : []);
