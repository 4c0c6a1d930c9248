/**
 * Reads the schema arrays that the official SDK's clients export (`CreateGrant$`, `Tag$`, …). Their layout is the
 * SDK's own compact form: `[kind, namespace, name, traits, …]`, members as `[target, traits]`, targets as thunks.
 */

/** Traits are an object, or a bit mask for the frequent ones. */
export interface Traits {
  readonly httpLabel?: unknown;
  readonly httpQuery?: string;
  readonly httpHeader?: string;
  readonly httpPayload?: unknown;
  readonly httpResponseCode?: unknown;
  readonly http?: readonly [string, string, number];
  readonly httpError?: number;
  readonly awsQueryError?: readonly [string, number];
  readonly error?: 'client' | 'server';
  readonly ec2QueryName?: string;
  readonly xmlName?: string;
  readonly xmlFlattened?: unknown;
  readonly sensitive?: unknown;
}

export type SdkSchema =
  | { readonly kind: 'unit' | 'document' | 'string' | 'number' | 'boolean' | 'blob'; readonly traits: Traits }
  | {
      readonly kind: 'timestamp';
      readonly format: 'default' | 'date-time' | 'http-date' | 'epoch-seconds';
      readonly traits: Traits;
    }
  | { readonly kind: 'list'; readonly name: string; readonly traits: Traits; readonly member: unknown }
  | {
      readonly kind: 'map';
      readonly name: string;
      readonly traits: Traits;
      readonly key: unknown;
      readonly value: unknown;
    }
  | {
      readonly kind: 'structure';
      readonly name: string;
      readonly traits: Traits;
      readonly members: readonly {
        readonly name: string;
        readonly target: unknown;
        readonly required: boolean;
      }[];
    }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly traits: Traits;
      readonly input: unknown;
      readonly output: unknown;
    };

const BIT_TRAITS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
] as const;

const TIMESTAMP_FORMATS = ['default', 'date-time', 'http-date', 'epoch-seconds'] as const;

function readTraits(traits: unknown): Traits {
  if (typeof traits === 'object' && traits !== null) return traits;
  const mask = Number(traits ?? 0);
  return Object.fromEntries(BIT_TRAITS.filter((_, bit) => (mask >> bit) & 1).map((name) => [name, 1]));
}

/** The schema that `reference` (a thunk, a member pair, a number or an array) stands for, traits merged along the way. */
export function readSchema(reference: unknown, outer: Traits = {}): SdkSchema {
  if (typeof reference === 'function') return readSchema(reference(), outer);
  if (reference === 'unit') return { kind: 'unit', traits: outer };
  if (typeof reference === 'number') return readSimple(reference, outer);
  if (!Array.isArray(reference)) throw new Error(`not an SDK schema: ${String(reference)}`);
  if (reference.length === 2) return readSchema(reference[0], { ...readTraits(reference[1]), ...outer });
  const [kind, , name, ownTraits, ...rest] = reference as [number, string, string, unknown, ...unknown[]];
  const traits = { ...readTraits(ownTraits), ...outer };
  switch (kind) {
    case 0:
      return readSchema(rest[0], traits);
    case 1:
      return { kind: 'list', name, traits, member: rest[0] };
    case 2:
      return { kind: 'map', name, traits, key: rest[0], value: rest[1] };
    case 3:
    case -3:
    case 4:
      return { kind: 'structure', name, traits, members: readMembers(rest) };
    case 9:
      return { kind: 'operation', name, traits, input: rest[0], output: rest[1] };
    default:
      throw new Error(`SDK schema kind ${kind} of ${name} is not known`);
  }
}

function readMembers([names, targets, required]: readonly unknown[]) {
  const targetList = targets as readonly unknown[];
  return (names as readonly string[]).map((name, index) => ({
    name,
    target: targetList[index],
    required: index < Number(required ?? 0),
  }));
}

function readSimple(code: number, traits: Traits): SdkSchema {
  if (code >= 128) return { kind: 'map', name: '', traits, key: 0, value: code & 0b0111_1111 };
  if (code >= 64) return { kind: 'list', name: '', traits, member: code & 0b0011_1111 };
  if (code >= 4 && code <= 7) return { kind: 'timestamp', format: TIMESTAMP_FORMATS[code - 4]!, traits };
  switch (code) {
    case 0:
      return { kind: 'string', traits };
    case 1:
      return { kind: 'number', traits };
    case 2:
      return { kind: 'boolean', traits };
    case 15:
      return { kind: 'document', traits };
    // A blob, and one that is streamed.
    case 21:
    case 42:
      return { kind: 'blob', traits };
    default:
      throw new Error(`SDK schema code ${code} is not known`);
  }
}
