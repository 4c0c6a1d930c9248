/** A network interface: an address in a subnet, and what it is attached to. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ConnectionTrackingSpecificationRequest } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { notFoundError, type ResourceRecord, storedKind } from '../../resource/kind.ts';

/** The public address that stands for a private one. */
export interface PublicAddress {
  /** While its instance runs, in a subnet that gives public addresses. */
  readonly publicIp?: string;
  /** Where the public address is an elastic one: it stays until it is disassociated or the interface goes. */
  readonly elasticIp?: { readonly allocationId: string; readonly associationId: string };
}

/** A private IPv4 address of an interface. */
export interface PrivateAddress extends PublicAddress {
  readonly privateIp: string;
}

/** Its own address is the primary one; in a subnet of IPv6 alone it has none. */
export interface NetworkInterfaceRecord extends ResourceRecord, Partial<PrivateAddress> {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly description: string;
  /** An ordinary one (`interface`) where absent. */
  readonly interfaceType?: string;
  /** A service has it in the subnet, and only the service deletes it. */
  readonly requesterManaged?: boolean;
  readonly macAddress: string;
  readonly secondaryAddresses?: readonly PrivateAddress[];
  readonly ipv6Addresses?: readonly string[];
  readonly assignsPublicIp: boolean;
  readonly groupIds: readonly string[];
  readonly sourceDestCheck: boolean;
  /** Who made it, where it was not made with an instance. */
  readonly requesterId?: string;
  readonly connectionTracking?: ConnectionTrackingSpecificationRequest;
  readonly attachment?: {
    readonly id: string;
    readonly instanceId: string;
    readonly deviceIndex: number;
    readonly deleteOnTermination: boolean;
    readonly attachedAtMs: number;
  };
}

export const networkInterfaces = table<NetworkInterfaceRecord>()({
  name: 'ec2.network-interfaces',
  key: ({ account, region, id }) => [account, region, id],
  indexes: {
    attachedTo: ({ account, region, attachment }) =>
      attachment ? [[account, region, attachment.instanceId, attachment.deviceIndex]] : [],
    elasticIp: (eni) =>
      addressesOf(eni).flatMap(({ elasticIp }) =>
        elasticIp ? [[eni.account, eni.region, elasticIp.allocationId]] : [],
      ),
    subnet: ({ account, region, subnetId }) => [[account, region, subnetId]],
    address: (eni) =>
      [...addressesOf(eni).map(({ privateIp }) => privateIp), ...(eni.ipv6Addresses ?? [])].map((address) => [
        eni.account,
        eni.region,
        eni.subnetId,
        address,
      ]),
  },
});

/** The primary address first. */
export function addressesOf(eni: NetworkInterfaceRecord): readonly PrivateAddress[] {
  const { privateIp, publicIp, elasticIp, secondaryAddresses = [] } = eni;
  return privateIp === undefined ? [] : [{ privateIp, publicIp, elasticIp }, ...secondaryAddresses];
}

/** The interface with another public address for one of its private ones. */
export function withAddress(eni: NetworkInterfaceRecord, changed: PrivateAddress): NetworkInterfaceRecord {
  const { privateIp, publicIp, elasticIp } = changed;
  if (privateIp === eni.privateIp) return { ...eni, publicIp, elasticIp };
  const secondaryAddresses = eni.secondaryAddresses?.map((each) =>
    each.privateIp === privateIp ? changed : each,
  );
  return { ...eni, secondaryAddresses };
}

/** Who a public address belongs to: Amazon, where it is not the account's own elastic one. */
export const ipOwner = ({
  account,
  publicIp,
  elasticIp,
}: Pick<NetworkInterfaceRecord, 'account' | 'publicIp' | 'elasticIp'>) =>
  publicIp && (elasticIp ? account : 'amazon');

/** The interface without its instance: only an elastic address stays with it. */
export const detached = (eni: NetworkInterfaceRecord): NetworkInterfaceRecord => ({
  ...eni,
  attachment: undefined,
  publicIp: eni.elasticIp && eni.publicIp,
});

export const networkInterfaceKind = storedKind<NetworkInterfaceRecord>({
  type: 'network-interface',
  prefix: 'eni',
  table: networkInterfaces,
  notFound: (ids) => notFoundError('InvalidNetworkInterfaceID.NotFound', 'networkInterface ID', ids),
  malformed: (id) =>
    new AwsError('InvalidNetworkInterfaceId.Malformed', `Invalid id: "${id}" (expecting "eni-...")`),
  conditions: (eni) => ({
    'ec2:AvailabilityZone': eni.zone,
    'ec2:AvailabilityZoneId': eni.zoneId,
    'ec2:NetworkInterfaceID': eni.id,
    'ec2:Subnet': ec2Arn(eni, 'subnet', eni.subnetId),
    'ec2:Vpc': ec2Arn(eni, 'vpc', eni.vpcId),
  }),
});
