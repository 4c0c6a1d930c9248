/** What DeleteFleets and CancelSpotFleetRequests have in common: each id has its own outcome in the reply. */
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import { checksApart, eachApart } from '../resource/each-apart.ts';
import { isIdOf, type StoredKind } from '../resource/kind.ts';
import { deleteFleet } from './end-fleet.ts';
import { type FleetRecord, isDeleted } from './fleet.ts';
import { inWordsOf } from './fleet-family.ts';

/** How one of the operations names what is wrong with an id. */
export interface EndingWords {
  readonly noun: string;
  readonly malformed: string;
  readonly unknown: string;
  readonly ended: string;
  /** What cannot be done any more. */
  readonly verb: string;
}

export interface Ending {
  readonly id: string;
  readonly previous?: string;
  readonly current?: string;
  readonly refused?: { readonly Code: string; readonly Message: string };
}

/** An id that cannot be one, or stands for no fleet, is asked for all the same: the reply says what is wrong with it. */
export const endingChecks = (
  context: ResolveContext,
  kind: StoredKind<FleetRecord>,
  action: string,
  ids: readonly string[],
) => checksApart(context, kind, action, ids, { listsMalformed: true });

/** @param found of each id once, in the order of `endingChecks` */
export async function endFleets(
  context: ExecuteContext,
  words: EndingWords,
  kind: StoredKind<FleetRecord>,
  ids: readonly string[],
  found: readonly { readonly record: FleetRecord | undefined }[],
  terminatesInstances: boolean,
): Promise<Ending[]> {
  const endings: Ending[] = [];
  for (const { id, record } of eachApart(ids, found)) {
    const refused = refusalOf(words, isIdOf(kind, id), id, record);
    if (refused || !record) {
      endings.push({ id, refused });
      continue;
    }
    const ended = await deleteFleet(context, record, terminatesInstances);
    endings.push({
      id,
      previous: inWordsOf(record, record.state),
      current: inWordsOf(record, ended.state),
    });
  }
  return endings;
}

function refusalOf(
  { noun, malformed, unknown, ended, verb }: EndingWords,
  isId: boolean,
  id: string,
  fleet: FleetRecord | undefined,
): Ending['refused'] {
  if (!isId) return { Code: malformed, Message: `The ${noun} ID '${id}' is malformed` };
  if (!fleet) return { Code: unknown, Message: `The ${noun} ID '${id}' does not exist` };
  if (!isDeleted(fleet)) return undefined;
  const state = inWordsOf(fleet, fleet.state);
  const name = `${noun[0]?.toUpperCase()}${noun.slice(1)}`;
  return {
    Code: ended,
    Message: `${name} ${id} is not in a state from which it can be ${verb}: it is ${state}.`,
  };
}
