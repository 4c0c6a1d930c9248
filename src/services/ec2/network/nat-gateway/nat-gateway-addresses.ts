/**
 * The addresses of a NAT gateway beside its primary one: elastic ones of a public gateway, each for a private address of its
 * own, or private ones alone (https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html, aws-facts F47).
 * The gateway's interface has them too.
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { EffectContext, ResolveContext } from '../../../../invoke/context.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import {
  type ElasticAddressRecord,
  elasticAddressKind,
  holderOf,
} from '../elastic-address/elastic-address.ts';
import { networkInterfaceKind, networkInterfaces } from '../network-interface/network-interface.ts';
import { requireFreeAddresses, takeAddresses } from '../network-interface/private-addresses.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { type NatAddress, type NatGatewayRecord, natGatewayKind, showNatAddress } from './nat-gateway.ts';
import { settleAddressesStep } from './nat-gateway-workflows.ts';

/** The primary one counts. */
const MAX_ADDRESSES = 8;

/** Which further addresses a request wants: private ones by name or number, and the elastic ones that they stand behind. */
export interface NatAddressWish {
  readonly named?: readonly string[];
  readonly count?: number;
  readonly elastic?: readonly ElasticAddressRecord[];
}

const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);

/** One check for each elastic address that a request names. */
export const elasticChecks = (
  context: ResolveContext,
  action: string,
  ids: readonly string[] | undefined,
): Promise<Check<ElasticAddressRecord>[]> =>
  Promise.all((ids ?? []).map((id) => ownResourceCheck(context, elasticAddressKind, action, id)));

export async function requireUnassociated(tx: ReadTransaction, address: ElasticAddressRecord): Promise<void> {
  if (!(await holderOf(tx, address))) return;
  throw new AwsError(
    'Resource.AlreadyAssociated',
    `Elastic IP address [${address.id}] is already associated`,
  );
}

/** Throws where a gateway in the subnet that has so many addresses cannot have those of the wish. */
export async function requireAddable(
  tx: ReadTransaction,
  {
    subnetId,
    connectivity,
    ...scope
  }: Pick<NatGatewayRecord, 'account' | 'region' | 'subnetId' | 'connectivity'>,
  { named = [], count = 0, elastic = [] }: NatAddressWish,
  present: number,
): Promise<void> {
  if (connectivity === 'private' && elastic.length > 0) {
    throw invalidCombination('A private NAT gateway cannot have an elastic IP address');
  }
  if (connectivity === 'public' && (count > 0 || named.length > elastic.length)) {
    throw invalidCombination(
      'A public NAT gateway has a private IP address for each elastic IP address alone',
    );
  }
  if (named.length > 0 && count > 0) {
    throw invalidCombination('A count of private IP addresses and their names may not be used together.');
  }
  if (present + wantedBy({ named, count, elastic }) > MAX_ADDRESSES) {
    throw new AwsError(
      'PrivateIpAddressLimitExceeded',
      `A NAT gateway can have at most ${MAX_ADDRESSES} private IP addresses.`,
    );
  }
  for (const address of elastic) await requireUnassociated(tx, address);
  const twice = elastic.find(({ id }, index) => elastic.findIndex((each) => each.id === id) < index);
  if (twice) throw new AwsError('InvalidParameterValue', `${twice.id} is named twice.`);
  await requireFreeAddresses(tx, await requireResource(tx, subnetKind, scope, subnetId), named);
}

const wantedBy = ({ named = [], count = 0, elastic = [] }: NatAddressWish) =>
  Math.max(named.length, count, elastic.length);

/** The gateway with further addresses, which its interface gets at once. */
export async function withAddresses(
  context: EffectContext,
  nat: NatGatewayRecord,
  wish: NatAddressWish,
): Promise<{ readonly nat: NatGatewayRecord; readonly added: readonly NatAddress[] }> {
  const { named = [], elastic = [] } = wish;
  const { tx, entropy } = context;
  const subnet = await requireResource(tx, subnetKind, nat, nat.subnetId);
  const eni = await requireResource(tx, networkInterfaceKind, nat, nat.networkInterfaceId);
  const addresses = await takeAddresses(context, subnet, named, wantedBy(wish) - named.length);
  const added = addresses.map((privateIp, index): NatAddress => {
    const address = elastic[index];
    if (!address) return { privateIp, status: 'assigning' };
    const associationId = newId(entropy, 'eipassoc');
    return {
      privateIp,
      publicIp: address.publicIp,
      allocationId: address.id,
      associationId,
      status: 'associating',
    };
  });
  const held = added.map(({ privateIp, publicIp, allocationId, associationId }) => ({
    privateIp,
    publicIp,
    elasticIp: allocationId && associationId ? { allocationId, associationId } : undefined,
  }));
  tx.put(networkInterfaces, { ...eni, secondaryAddresses: [...(eni.secondaryAddresses ?? []), ...held] });
  return { nat: { ...nat, secondary: [...(nat.secondary ?? []), ...added] }, added };
}

/** Gives a gateway that is there what is wished, and shows it. */
export async function addAddresses(context: EffectContext, record: NatGatewayRecord, wish: NatAddressWish) {
  const { nat, added } = await withAddresses(context, record, wish);
  await natGatewayKind.records.put(context.tx, nat);
  settleLater(context, nat.id);
  return { NatGatewayId: nat.id, NatGatewayAddresses: added.map((each) => showNatAddress(nat, each)) };
}

/** Lets go of those addresses: they are there until the step has run. */
export function letGo(
  context: EffectContext,
  nat: NatGatewayRecord,
  status: 'disassociating' | 'unassigning',
  isGoing: (address: NatAddress) => boolean,
): { readonly nat: NatGatewayRecord; readonly going: readonly NatAddress[] } {
  const secondary = (nat.secondary ?? []).map((each) => (isGoing(each) ? { ...each, status } : each));
  settleLater(context, nat.id);
  return { nat: { ...nat, secondary }, going: secondary.filter(isGoing) };
}

const settleLater = (context: EffectContext, natGatewayId: string): void =>
  context.schedule(settleAddressesStep, { natGatewayId });

export function requireAvailable({ id, state }: NatGatewayRecord): void {
  if (state === 'available') return;
  throw new AwsError(
    'IncorrectState',
    `The NAT gateway ${id} is ${state}; its addresses are changed while it is available.`,
  );
}

export function requireConnectivity(
  { id, connectivity }: NatGatewayRecord,
  wanted: NatGatewayRecord['connectivity'],
) {
  if (connectivity === wanted) return;
  throw new AwsError('InvalidParameterValue', `The NAT gateway ${id} is a ${connectivity} one.`);
}
