/**
 * A range of a subnet's addresses that EC2 leaves alone when it chooses one: for prefixes, or for whoever names an address
 * (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html, aws-facts F49).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { isWithinIpv6, overlapsIpv6, parseIpv6Block } from '../../../../aws/ipv6.ts';
import type { SubnetCidrReservation } from '../../../../shapes/generated/ec2.ts';
import { type ReadTransaction, type Transaction, table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { listResources, notFoundError, type ResourceRecord, storedKind } from '../../resource/kind.ts';
import { type Ipv4Block, isWithinBlock, parseBlock } from '../address.ts';
import type { SubnetRecord } from '../network-records.ts';

export interface SubnetCidrReservationRecord extends ResourceRecord {
  readonly subnetId: string;
  readonly cidr: string;
  readonly reservationType: 'prefix' | 'explicit';
  readonly description?: string;
}

const notFound = (ids: readonly string[]) =>
  notFoundError('InvalidSubnetCidrReservationID.NotFound', 'subnetCidrReservation ID', ids);

export const subnetCidrReservationKind = storedKind<SubnetCidrReservationRecord>({
  type: 'subnet-cidr-reservation',
  prefix: 'scr',
  table: table<SubnetCidrReservationRecord>()({
    name: 'ec2.subnet-cidr-reservations',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound,
  malformed: (id) => notFound([id]),
  conditions: () => ({}),
});

export const isIpv4 = ({ cidr }: Pick<SubnetCidrReservationRecord, 'cidr'>): boolean =>
  parseBlock(cidr) !== undefined;

const reservationsIn = async (
  tx: ReadTransaction,
  { id, ...scope }: Pick<SubnetRecord, 'account' | 'region' | 'id'>,
): Promise<readonly SubnetCidrReservationRecord[]> =>
  (await listResources(tx, subnetCidrReservationKind, scope)).filter(({ subnetId }) => subnetId === id);

/** The ranges of a subnet's IPv4 addresses of which EC2 chooses none. */
export const reservedBlocks = async (
  tx: ReadTransaction,
  subnet: SubnetRecord,
): Promise<readonly Ipv4Block[]> =>
  (await reservationsIn(tx, subnet)).flatMap(({ cidr }) => parseBlock(cidr) ?? []);

export async function dropReservations(tx: Transaction, subnet: SubnetRecord): Promise<void> {
  for (const each of await reservationsIn(tx, subnet))
    await subnetCidrReservationKind.records.remove(tx, each);
}

/** Throws where a range is not the subnet's, or is reserved already. */
export async function requireReservable(
  tx: ReadTransaction,
  subnet: SubnetRecord,
  cidr: string,
): Promise<void> {
  const blocks = [subnet.cidrBlock, ...(subnet.ipv6Cidrs ?? []).map(({ cidrBlock }) => cidrBlock)];
  if (!blocks.some((block) => block !== undefined && isWithin(block, cidr))) {
    throw new AwsError(
      'InvalidParameterValue',
      `The CIDR '${cidr}' is not within a CIDR block of the subnet.`,
    );
  }
  const other = (await reservationsIn(tx, subnet)).find((each) => overlaps(each.cidr, cidr));
  if (!other) return;
  throw new AwsError(
    'InvalidParameterValue',
    `The CIDR '${cidr}' overlaps with the reservation ${other.id}.`,
  );
}

function isWithin(outer: string, inner: string): boolean {
  if (parseBlock(inner)) return parseBlock(outer) !== undefined && isWithinBlock(outer, inner);
  const [one, other] = [parseIpv6Block(outer), parseIpv6Block(inner)];
  return one !== undefined && other !== undefined && isWithinIpv6(one, other);
}

const overlaps = (one: string, other: string): boolean => {
  if (parseBlock(one))
    return parseBlock(other) !== undefined && (isWithin(one, other) || isWithin(other, one));
  const [first, second] = [parseIpv6Block(one), parseIpv6Block(other)];
  return first !== undefined && second !== undefined && overlapsIpv6(first, second);
};

export const showReservation = (reservation: SubnetCidrReservationRecord): SubnetCidrReservation => ({
  SubnetCidrReservationId: reservation.id,
  SubnetId: reservation.subnetId,
  Cidr: reservation.cidr,
  ReservationType: reservation.reservationType,
  OwnerId: reservation.account,
  Description: reservation.description,
  Tags: [...reservation.tags],
});

export const reservationFilters: FilterFields<SubnetCidrReservationRecord> = {
  reservationType: ({ reservationType }) => reservationType,
  'subnet-id': ({ subnetId }) => subnetId,
};
