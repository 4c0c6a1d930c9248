/** The members of an input or output that CloudTrail records: in lower camel case, without secrets and without bytes. */
import type { Shape } from '../../shapes/shape.ts';

/** Null where nothing is left. */
export function recordedMembers(shape: Shape, value: object, omit: readonly string[] = []): object | null {
  const kept = Object.fromEntries(Object.entries(value).filter(([name]) => !omit.includes(name)));
  const plain = plainValue(shape, kept) as Record<string, unknown>;
  return Object.keys(plain).length > 0 ? plain : null;
}

function plainValue(shape: Shape, value: unknown): unknown {
  switch (shape.type) {
    case 'structure': {
      const plain: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = (value as Record<string, unknown>)[member.name];
        if (inner === undefined || inner === null || isHidden(member.shape)) continue;
        plain[lowerFirst(member.name)] = plainValue(member.shape, inner);
      }
      return plain;
    }
    case 'list':
      return (value as unknown[]).map((each) => plainValue(shape.member, each));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, plainValue(shape.value, each)]),
      );
    case 'timestamp':
      return new Date(value as number).toISOString();
    default:
      return value;
  }
}

const isHidden = (shape: Shape) =>
  shape.type === 'blob' || ('sensitive' in shape && shape.sensitive === true);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** The members stay, and their values do not. */
export function withHidden(members: unknown, hidden: readonly string[] = []): unknown {
  if (!members) return members;
  const shown = { ...(members as Record<string, unknown>) };
  for (const name of hidden) if (name in shown) shown[name] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  return shown;
}
