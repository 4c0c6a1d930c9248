/** An elastic IP address: the account's own, until it is released, and lent to one network interface at a time. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import type { Check } from '../../../../invoke/verdict.ts';
import { type ReadTransaction, table } from '../../../../store/store.ts';
import {
  accountCheck,
  notFoundError,
  ownResourceCheck,
  type ResourceRecord,
  storedKind,
} from '../../resource/kind.ts';
import {
  addressesOf,
  type NetworkInterfaceRecord,
  networkInterfaces,
  type PrivateAddress,
} from '../network-interface/network-interface.ts';

/** Which interface has it is written there: where that goes, the association goes with it. */
export interface ElasticAddressRecord extends ResourceRecord {
  readonly publicIp: string;
}

const elasticAddresses = table<ElasticAddressRecord>()({
  name: 'ec2.elastic-addresses',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { publicIp: ({ account, region, publicIp }) => [[account, region, publicIp]] },
});

export const elasticAddressKind = storedKind<ElasticAddressRecord>({
  type: 'elastic-ip',
  prefix: 'eipalloc',
  table: elasticAddresses,
  notFound: (ids) => notFoundError('InvalidAllocationID.NotFound', 'allocation ID', ids),
  malformed: (id) => new AwsError('InvalidAllocationID.NotFound', `The allocation ID '${id}' does not exist`),
  conditions: ({ id, publicIp }) => ({
    'ec2:AllocationId': id,
    'ec2:Domain': 'vpc',
    'ec2:PublicIpAddress': publicIp,
  }),
});

export const addressNotFound = (ip: string) =>
  new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`);

interface AddressName {
  readonly AllocationId?: string;
  readonly PublicIp?: string;
}

/** The check for the address that a request names, by its allocation or by itself. */
export async function addressCheck(
  context: ResolveContext,
  action: string,
  { AllocationId: id, PublicIp: ip }: AddressName,
): Promise<Check<ElasticAddressRecord>> {
  if (id) return ownResourceCheck(context, elasticAddressKind, action, id);
  if (!ip) throw new AwsError('MissingParameter', 'Either public IP or allocation ID must be specified');
  const { tx, account, region } = context;
  const [found] = await tx.find(elasticAddresses, 'publicIp', { prefix: [account, region, ip], limit: 1 });
  return found
    ? ownResourceCheck(context, elasticAddressKind, action, found.id)
    : { ...accountCheck(context, action), record: undefined, missing: addressNotFound(ip) };
}

/** The interface that has an elastic address, and the private address that it stands for. */
export interface Holder {
  readonly eni: NetworkInterfaceRecord;
  readonly held: PrivateAddress;
}

/** Of an interface that has elastic addresses: which stands for what. */
export const holdersIn = (eni: NetworkInterfaceRecord): readonly (readonly [string, Holder])[] =>
  addressesOf(eni).flatMap((held) => (held.elasticIp ? [[held.elasticIp.allocationId, { eni, held }]] : []));

export async function holderOf(
  tx: ReadTransaction,
  { account, region, id }: ElasticAddressRecord,
): Promise<Holder | undefined> {
  const [eni] = await tx.find(networkInterfaces, 'elasticIp', { prefix: [account, region, id], limit: 1 });
  return eni && new Map(holdersIn(eni)).get(id);
}
