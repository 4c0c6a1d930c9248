/** The members of an input or output that CloudTrail records: in lower camel case, without secrets and without bytes. */
import { asText } from '../../aws/as-text.ts';
import { lowerFirst } from '../../aws/member-name.ts';
import type { Shape } from '../../shapes/shape.ts';
import { recordedTime, recordedTimeMs } from './recorded-time.ts';
import { standIn } from './stand-in.ts';

/** Null where nothing is left. */
export function recordedMembers(shape: Shape, value: object, omit: readonly string[] = []): object | null {
  const plain = plainValue(shape, value, omit) as Record<string, unknown>;
  return Object.keys(plain).length > 0 ? plain : null;
}

/** @param omit members of the value itself that are left out */
function plainValue(shape: Shape, value: unknown, omit: readonly string[] = []): unknown {
  // As an item of a list it is refused, and its record tells of it.
  if (value === null) return null;
  switch (shape.type) {
    case 'structure': {
      const plain: Record<string, unknown> = {};
      for (const member of shape.members) {
        const inner = (value as Record<string, unknown>)[member.name];
        if (inner === undefined || inner === null) continue;
        if (isHidden(member.shape) || omit.includes(member.name)) continue;
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
      return recordedTime(value as number);
    default:
      return value;
  }
}

const isHidden = (shape: Shape) =>
  shape.type === 'blob' || ('sensitive' in shape && shape.sensitive === true);

const isSecretText = (shape: Shape) => shape.type !== 'blob' && isHidden(shape);

/** The other way round: the input of a call from the members that are recorded of it. Of what is hidden, only what it needs has something in its place. */
export function inputOfMembers(shape: Shape, recorded: unknown): unknown {
  if (recorded === null || recorded === undefined || isHiddenValue(recorded)) return undefined;
  switch (shape.type) {
    case 'structure': {
      const members = Object(recorded) as Record<string, unknown>;
      const values = shape.members.map((member) => {
        const given = members[lowerFirst(member.name)] ?? members[member.name];
        const value = inputOfMembers(member.shape, given);
        const isNeeded = member.required === true && isSecretText(member.shape);
        return [member.name, value ?? (isNeeded ? standIn(member.shape) : undefined)] as const;
      });
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    }
    case 'list':
      return Array.isArray(recorded) ? recorded.map((each) => inputOfMembers(shape.member, each)) : undefined;
    case 'map':
      return Object.fromEntries(
        Object.entries(Object(recorded)).map(([key, each]) => [key, inputOfMembers(shape.value, each)]),
      );
    case 'timestamp':
      return recordedTimeMs(asText(recorded));
    case 'blob':
      return undefined;
    default:
      return recorded;
  }
}

const HIDDEN = /^(?:HIDDEN_DUE_TO_SECURITY_REASONS|\*+)$/;

const isHiddenValue = (recorded: unknown): boolean => typeof recorded === 'string' && HIDDEN.test(recorded);

/** Whether the record hides the value of a member of one of these names, at any depth. */
export function hidesAny(recorded: unknown, names: readonly string[]): boolean {
  if (recorded === null || typeof recorded !== 'object') return false;
  const hidden = names.map(lowerFirst);
  return Object.entries(recorded).some(
    ([name, value]) => (isHiddenValue(value) && hidden.includes(name)) || hidesAny(value, names),
  );
}

/** The members stay, and their values do not. */
export function withHidden(members: unknown, hidden: readonly string[] = []): unknown {
  if (!members) return members;
  const shown = { ...(members as Record<string, unknown>) };
  for (const name of hidden) if (name in shown) shown[name] = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  return shown;
}
