/** Input and output of a call of EC2's from what CloudTrail has of them: the other way round than audit-form.ts. */
import { asNumber, asText } from '../../aws/as-text.ts';
import type { OperationShape, Shape, StructureShape } from '../../shapes/shape.ts';
import { recordedNames } from './audit-form.ts';
import { REMOVED } from './sensitive-member.ts';

type Parameters = Readonly<Record<string, unknown>>;

export function recordedInput({ name, input }: OperationShape, recorded: Parameters): object {
  // Younger operations have the document's name around it all.
  const inner = (recorded[`${name}Request`] as Parameters | undefined) ?? recorded;
  const [launched] = name === 'RunInstances' ? listOf(inner.instancesSet) : [];
  return structure(name, input, { ...(launched as Parameters | undefined), ...inner });
}

export function recordedOutput({ name, output }: OperationShape, recorded: Parameters): object {
  const inner = (recorded[`${name}Response`] as Parameters | undefined) ?? recorded;
  return structure(name, output, inner);
}

function structure(operation: string, { members }: StructureShape, recorded: Parameters): object {
  const input: Record<string, unknown> = {};
  for (const member of members) {
    const name = recordedNames(operation, member).find((each) => Object.hasOwn(recorded, each));
    const value = name === undefined ? undefined : givenValue(operation, member.shape, recorded[name]);
    if (value !== undefined) input[member.name] = value;
  }
  return input;
}

function givenValue(operation: string, shape: Shape, recorded: unknown): unknown {
  if (recorded === null || recorded === undefined || recorded === REMOVED) return undefined;
  switch (shape.type) {
    case 'structure':
      return typeof recorded === 'object' ? structure(operation, shape, recorded as Parameters) : undefined;
    case 'list': {
      const list = listOf(recorded)
        .map((each) => givenValue(operation, shape.member, itemOf(shape.member, each)))
        .filter((each) => each !== undefined);
      return list.length > 0 ? list : undefined;
    }
    case 'integer':
    case 'long':
    case 'float':
    case 'double':
      return asNumber(recorded);
    case 'boolean':
      return asText(recorded) === 'true';
    case 'timestamp':
      return typeof recorded === 'number' ? recorded : Date.parse(asText(recorded));
    case 'string':
      return typeof recorded === 'object' ? undefined : asText(recorded);
    default:
      return undefined;
  }
}

/** `{ items: […] }`, the form of XML (`{ item: … }`, empty text for none), a plain list, or one that stands for itself. */
function listOf(recorded: unknown): readonly unknown[] {
  if (Array.isArray(recorded)) return recorded;
  if (!recorded) return [];
  if (typeof recorded !== 'object') return [recorded];
  const { items, item } = recorded as { items?: unknown; item?: unknown };
  if (Array.isArray(items)) return items;
  if (item !== undefined) return Array.isArray(item) ? item : [item];
  return Object.keys(recorded).length === 0 ? [] : [recorded];
}

/** A plain value stands in a member of its item: `{ instanceId: 'i-…' }`, `{ content: 'i-…', tag: 1 }`. */
function itemOf(shape: Shape, recorded: unknown): unknown {
  if (shape.type === 'structure' || !recorded || typeof recorded !== 'object') return recorded;
  const { content, ...others } = recorded as Parameters;
  return content ?? Object.values(others).find((value) => typeof value === 'string');
}
