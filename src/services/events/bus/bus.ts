/** Event buses: the record, its ARN, and the default bus, which every account has in every Region from the start. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { accountCreatedAtMs } from '../../../invoke/identity/account.ts';
import type { EventBus } from '../../../shapes/generated/events.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { validation } from '../errors.ts';

export const DEFAULT_BUS = 'default';

/** Where a bus is: what a request names it by, resolved. */
export interface BusPlace extends Scope {
  readonly name: string;
}

export interface EventBusRecord extends BusPlace {
  readonly description?: string;
  /** The policy document as text. */
  readonly policy?: string;
  /** Where a customer managed key was chosen. */
  readonly encryption?: Encryption;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export const buses = table<EventBusRecord>()({
  name: 'events.buses',
  key: ({ account, region, name }) => [account, region, name],
});

export const busArn = ({ account, region, name }: BusPlace): string =>
  formatArn({ service: 'events', region, account, resource: `event-bus/${name}` });

/** The bus of this Region that a request names, by name or by ARN, which may be of another account. */
export function busPlace({ account, region }: Scope, identifier = DEFAULT_BUS): BusPlace {
  if (!identifier.startsWith('arn:')) return { account, region, name: identifier };
  const place = busOfArn(identifier);
  if (place?.region === region) return place;
  throw validation(`Parameter ${identifier} is not valid. Reason: Provided Arn is not in correct format.`);
}

const BUS_ARN = /^arn:aws:events:([a-z0-9-]+):(\d{12}):event-bus\/(.+)$/;

export function busOfArn(text: string): BusPlace | undefined {
  const [, region, account, name] = BUS_ARN.exec(text) ?? [];
  return region && account && name ? { account, region, name } : undefined;
}

export const busEntry = (bus: EventBusRecord): EventBus => ({
  Name: bus.name,
  Arn: busArn(bus),
  Description: bus.description,
  Policy: bus.policy,
  CreationTime: bus.createdAtMs,
  LastModifiedTime: bus.modifiedAtMs,
});

export async function findBus(tx: ReadTransaction, place: BusPlace): Promise<EventBusRecord | undefined> {
  const bus = await tx.get(buses, [place.account, place.region, place.name]);
  if (bus || place.name !== DEFAULT_BUS) return bus;
  const atMs = await accountCreatedAtMs(tx, place.account);
  return { ...place, tags: {}, createdAtMs: atMs, modifiedAtMs: atMs };
}
