/** For `explain`: why a fleet has launched nothing. */
import type { ResourceFailure } from '../../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type InstanceRecord, instances } from '../instance/instance.ts';
import { type LaunchFailure, launchFailure } from '../instance/launch-failure.ts';
import { type FleetRecord, membersOf } from './fleet.ts';
import { familyOf } from './fleet-family.ts';
import { fleetIdIn } from './fleet-steps.ts';

/** Until a launch succeeds, why the last one did not. */
export async function failureOfFleet(
  tx: ReadTransaction,
  fleet: FleetRecord,
): Promise<ResourceFailure | undefined> {
  const failure = fleet.failure ?? (await failureOfNewest(tx, fleet));
  if (!failure?.eventId) return undefined;
  const symptom = `${familyOf(fleet.id).noun} ${fleet.id} could not launch: ${failure.message}`;
  return { cause: { eventId: failure.eventId }, symptom };
}

/** AWS does not describe why a fleet of a real account has failed; its newest instance, by its tag, is described for an hour. */
async function failureOfNewest(tx: ReadTransaction, fleet: FleetRecord): Promise<LaunchFailure | undefined> {
  const { account, region, id } = fleet;
  const failed = await tx.find(instances, 'failed', { prefix: [account, region] });
  const newest = failed
    .filter(({ tags }) => fleetIdIn(tags) === id)
    .reduce<InstanceRecord | undefined>(
      (latest, each) => (latest && latest.launchedAtMs >= each.launchedAtMs ? latest : each),
      undefined,
    );
  if (!newest) return undefined;
  const members = await membersOf(tx, fleet);
  if (members.some(({ launchedAtMs }) => launchedAtMs > newest.launchedAtMs)) return undefined;
  return launchFailure(newest);
}
