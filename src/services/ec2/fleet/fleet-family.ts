/**
 * Where EC2 Fleets and Spot Fleet requests differ: names, roles and words. All else about what they launch, keep and give
 * back is one mechanism, which finds its fleet by an id of either.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction, Transaction } from '../../../store/store.ts';
import { findResource, type StoredKind } from '../resource/kind.ts';
import { FLEET_ROLE, type ServiceRole, SPOT_FLEET_ROLE } from '../service-role.ts';
import { spotFleetKind } from '../spot-fleet/spot-fleet.ts';
import { type FleetRecord, fleetKind } from './fleet.ts';
import { FLEET_TAG, SPOT_FLEET_TAG } from './fleet-steps.ts';

interface FleetFamily {
  readonly kind: StoredKind<FleetRecord>;
  /** As explanations name one. */
  readonly noun: string;
  /** What launches and terminates for those that go on after the reply. */
  readonly role: ServiceRole;
  /** What its instances are tagged with. */
  readonly tag: string;
  /** Of EventBridge: the source, and what the detail types begin with. */
  readonly source: string;
  readonly detailType: string;
  /** Whose event types its history has. */
  readonly history: 'fleet' | 'spotFleet';
  /** How states and events say that it has ended. */
  readonly ended: 'cancelled' | 'deleted';
}

const EC2_FLEET: FleetFamily = {
  kind: fleetKind,
  noun: 'EC2 Fleet',
  role: FLEET_ROLE,
  tag: FLEET_TAG,
  source: 'aws.ec2fleet',
  detailType: 'EC2 Fleet',
  history: 'fleet',
  ended: 'deleted',
};

const SPOT_FLEET: FleetFamily = {
  kind: spotFleetKind,
  noun: 'Spot Fleet request',
  role: SPOT_FLEET_ROLE,
  tag: SPOT_FLEET_TAG,
  source: 'aws.ec2spotfleet',
  detailType: 'EC2 Spot Fleet',
  history: 'spotFleet',
  ended: 'cancelled',
};

export const familyOf = (fleetId: string): FleetFamily =>
  fleetId.startsWith(`${spotFleetKind.prefix}-`) ? SPOT_FLEET : EC2_FLEET;

export const findFleet = (tx: ReadTransaction, scope: Scope, id: string): Promise<FleetRecord | undefined> =>
  findResource(tx, familyOf(id).kind, scope, id);

export const putFleet = (tx: Transaction, fleet: FleetRecord): void =>
  tx.put(familyOf(fleet.id).kind.table, fleet);

/** A state or the sub-type of an event, as the fleet's own operations and events say it. */
export const inWordsOf = ({ id }: Pick<FleetRecord, 'id'>, word: string): string =>
  word.replace(/^deleted/, familyOf(id).ended);
