/** What DeleteFleets and CancelSpotFleetRequests have in common: each id has its own outcome in the reply. */
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import { type Found, optional } from '../../../invoke/verdict.ts';
import { ec2Arn } from '../resource/arn.ts';
import { resourceCheck, type StoredKind } from '../resource/kind.ts';
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
export async function endingChecks(
  context: ResolveContext,
  kind: StoredKind<FleetRecord>,
  action: string,
  ids: readonly string[],
): Promise<Found<FleetRecord | undefined>[]> {
  const found: Found<FleetRecord | undefined>[] = [];
  for (const id of new Set(ids)) {
    found.push(
      isIdOf(kind, id)
        ? optional(await resourceCheck(context, kind, action, id))
        : {
            action,
            resource: ec2Arn(context, kind.type, '*'),
            account: context.account,
            record: undefined,
            conditions: () => ({ 'ec2:Region': context.region }),
          },
    );
  }
  return found;
}

const isIdOf = ({ prefix, idForm }: StoredKind<FleetRecord>, id: string) =>
  id.startsWith(`${prefix}-`) && idForm!.test(id.slice(prefix.length + 1));

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
  for (const [index, id] of [...new Set(ids)].entries()) {
    const record = found[index]?.record;
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
