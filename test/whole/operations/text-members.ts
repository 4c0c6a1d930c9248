/** Every place of an operation's input in which a text or a number may stand, and inputs with a text of one's own there. */
import type { Operation } from '../../../src/invoke/operation.ts';
import type { Member } from '../../../src/shapes/shape.ts';
import { plausible, plausibleInput } from './inputs.ts';
import type { Pool } from './world.ts';

export interface TextMember {
  /** `Filters.0.Name`; of a map, `Tags.key` and `Tags.value`. */
  readonly path: string;
  /** The rest of it is plausible. */
  readonly inputWith: (text: string) => object;
}

type Build = (text: string) => unknown;

/** Shapes refer to themselves. */
const MAX_DEPTH = 4;

export function textMembers(operation: Operation, pool: Pool): TextMember[] {
  const base = plausibleInput(operation, pool);
  return operation.shape.input.members.flatMap((member) =>
    within(member, pool, MAX_DEPTH).map(
      ([path, build]): TextMember => ({
        path: [member.name, ...path].join('.'),
        inputWith: (text) => ({ ...base, [member.name]: build(text) }),
      }),
    ),
  );
}

function within(
  member: Member,
  pool: Pool,
  depth: number,
): (readonly [path: readonly string[], build: Build])[] {
  const { shape } = member;
  if (depth < 0) return [];
  switch (shape.type) {
    case 'structure': {
      const base = plausible(member, pool) as object;
      return shape.members.flatMap((each) =>
        within(each, pool, depth - 1).map(
          ([path, build]) =>
            [[each.name, ...path], (text: string) => ({ ...base, [each.name]: build(text) })] as const,
        ),
      );
    }
    case 'list':
      return within({ ...member, shape: shape.member }, pool, depth - 1).map(
        ([path, build]) => [['0', ...path], (text: string) => [build(text)]] as const,
      );
    case 'map': {
      const value = { ...member, shape: shape.value };
      return [
        [['key'], (text) => ({ [text]: plausible(value, pool) })],
        ...within(value, pool, depth - 1).map(
          ([path, build]) => [['value', ...path], (text: string) => ({ key: build(text) })] as const,
        ),
      ];
    }
    case 'string':
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return [[[], (text) => text]];
    default:
      return [];
  }
}
