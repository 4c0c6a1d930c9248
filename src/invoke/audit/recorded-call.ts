/**
 * Calls as they were made, so that they can be rehearsed later: who called, and with which input. Beside the audit
 * record, since CloudTrail's form of a request leaves out what was denied. Sealed, for inputs can hold what is private
 * (template parameters); what AWS marks as sensitive (plaintext, user data, passwords) is not kept at all, unless it only names
 * something.
 */
import { uuid } from '../../platform/identifiers.ts';
import type { Sealer } from '../../platform/ports.ts';
import { internPolicy } from '../../policy/intern.ts';
import type { Member, Shape } from '../../shapes/shape.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';
import type { Caller } from '../caller.ts';
import type { Reseal } from '../identity/account.ts';
import type { Invocation, Runtime } from '../runtime.ts';
import type { CloudTrailEvent } from './audit.ts';
import { byTime, type Referred } from './referred.ts';
import { standIn } from './stand-in.ts';

interface KeptCall extends Referred {
  readonly eventId: string;
  readonly sealed: string;
}

interface SealedCall {
  readonly service: string;
  readonly operation: string;
  readonly caller: Caller;
  /** Session policies travel as text, since their compiled form has no stored form. */
  readonly policies?: readonly { readonly name: string; readonly source: string }[];
  readonly input: object;
  /** Members of the input that are secret, and so are not kept. */
  readonly withheld?: readonly string[];
}

/** A call that was made, as it could be made now. */
export interface RecordedCall extends Invocation {
  /** Members of its input that were secret: they are not there, or something stands in for them. */
  readonly withheld: readonly string[];
}

export const keptCalls = table<KeptCall>()({
  name: 'invoke.calls',
  key: ({ eventId }) => [eventId],
  indexes: { byTime },
});

const sealContext = (eventId: string) => `call:${eventId}`;

/** What is longer is not rehearsed: templates, mostly. */
const MAX_CHARACTERS = 128 * 1024;

/** What a record takes in memory beside the sealed text: its keys, and its places in the table and the index. */
const RECORD_BYTES = 800;

/**
 * Returns about how much room it takes. Reading changes nothing and its course is what it was asked, so only a failed read is
 * kept.
 */
export function keepCall(
  tx: Transaction,
  sealer: Sealer,
  event: CloudTrailEvent,
  { operation, caller, input, atMs }: Invocation,
): number {
  if (operation.definition.readOnly && event.errorCode === undefined) return 0;
  const eventId = event.eventID;
  const { shape, service, name, definition } = operation;
  const withheld: string[] = [];
  const kept = keptValue(shape.input, input, {
    isSecret: (member) => isSensitive(member.shape) && !definition.audit?.keeps?.includes(member.name),
    withheld,
  }) as object;
  const call: SealedCall = {
    service: service.id,
    operation: name,
    ...withoutPolicies(caller),
    input: kept,
    ...(withheld.length > 0 && { withheld }),
  };
  const text = JSON.stringify(call);
  if (text.length > MAX_CHARACTERS) return 0;
  const sealed = sealer.seal(Buffer.from(text), sealContext(eventId));
  tx.put(keptCalls, { eventId, sealed, referredMs: atMs });
  return RECORD_BYTES + sealed.length;
}

/** The call of an audit record, as it could be made now; undefined where it was not kept. */
export async function recordedCall(
  runtime: Runtime,
  tx: ReadTransaction,
  eventId: string,
): Promise<RecordedCall | undefined> {
  const kept = await tx.get(keptCalls, [eventId]);
  if (!kept) return undefined;
  const text = runtime.ports.sealer.open(kept.sealed, sealContext(eventId)).toString();
  const { service, operation: name, caller, policies, input, withheld = [] }: SealedCall = JSON.parse(text);
  const operation = runtime.registry.operation(service, name);
  if (!operation) return undefined;
  return {
    caller: policies ? withPolicies(caller, policies) : caller,
    operation,
    input: revivedValue(operation.shape.input, input) as object,
    withheld,
    requestId: uuid(runtime.entropy),
    atMs: runtime.clock.nowMs(),
  };
}

/** Puts the calls under the sealer's current root key; returns how many there are. */
export async function resealCalls(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await tx.list(keptCalls);
  for (const kept of all) {
    tx.put(keptCalls, { ...kept, sealed: reseal(kept.sealed, sealContext(kept.eventId)) });
  }
  return all.length;
}

function withoutPolicies(caller: Caller): Pick<SealedCall, 'caller' | 'policies'> {
  const session = 'identity' in caller ? caller.identity.session : undefined;
  if (!('identity' in caller) || !session?.policies) return { caller };
  const { policies, ...rest } = session;
  return {
    caller: { ...caller, identity: { ...caller.identity, session: rest } } as Caller,
    policies: policies.map(({ name, policy }) => ({ name, source: policy.source })),
  };
}

function withPolicies(caller: Caller, policies: NonNullable<SealedCall['policies']>): Caller {
  if (!('identity' in caller) || !caller.identity.session) return caller;
  const named = policies.map(({ name, source }) => {
    const parsed = internPolicy(source, 'session');
    if (!parsed.ok) throw new Error('a session policy was kept without having been validated');
    return { name, policy: parsed.policy };
  });
  const session = { ...caller.identity.session, policies: named };
  return { ...caller, identity: { ...caller.identity, session } } as Caller;
}

interface Keeping {
  isSecret(member: Member): boolean;
  /** The names of secret members, to be added to. */
  readonly withheld: string[];
}

/** Without secret members, but with something in place of those that the operation requires; bytes as base64. */
function keptValue(shape: Shape, value: unknown, keeping: Keeping): unknown {
  if (value === null) return null;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members.flatMap((member) => {
          const { name, shape: inner, required } = member;
          const each = (value as Record<string, unknown>)[name];
          if (each === undefined || each === null) return [];
          if (!keeping.isSecret(member)) return [[name, keptValue(inner, each, keeping)]];
          keeping.withheld.push(name);
          return required ? [[name, standIn(inner)]] : [];
        }),
      );
    case 'list':
      return (value as unknown[]).map((each) => keptValue(shape.member, each, keeping));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, keptValue(shape.value, each, keeping)]),
      );
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}

function revivedValue(shape: Shape, value: unknown): unknown {
  if (value === null) return null;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        shape.members.flatMap(({ name, shape: inner }) => {
          const each = (value as Record<string, unknown>)[name];
          return each === undefined ? [] : [[name, revivedValue(inner, each)]];
        }),
      );
    case 'list':
      return (value as unknown[]).map((each) => revivedValue(shape.member, each));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [key, revivedValue(shape.value, each)]),
      );
    case 'blob':
      return new Uint8Array(Buffer.from(value as string, 'base64'));
    default:
      return value;
  }
}

const isSensitive = (shape: Shape) => 'sensitive' in shape && shape.sensitive === true;
