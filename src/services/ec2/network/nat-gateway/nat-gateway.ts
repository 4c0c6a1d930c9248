/** A NAT gateway: an interface in a subnet, with an elastic address where it is a public one. Nothing passes through it. */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { NatGateway, NatGatewayAddress } from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';
import { wholeSeconds } from '../../whole-seconds.ts';

/** An address of its interface, and the elastic one that stands for it where the gateway is a public one. */
export interface NatAddress {
  readonly privateIp: string;
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
  readonly status: NonNullable<NatGatewayAddress['Status']>;
}

export interface NatGatewayRecord extends ResourceRecord {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly connectivity: 'public' | 'private';
  readonly state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  readonly failure?: { readonly code: string; readonly message: string };
  readonly createdAtMs: number;
  readonly deletedAtMs?: number;
  readonly networkInterfaceId: string;
  readonly privateIp: string;
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
  /** Those that it has beside its primary address. */
  readonly secondary?: readonly NatAddress[];
}

export const natGatewayKind = storedKind<NatGatewayRecord>({
  type: 'natgateway',
  prefix: 'nat',
  table: table<NatGatewayRecord>()({
    name: 'ec2.nat-gateways',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: ([id]) => new AwsError('NatGatewayNotFound', `NAT gateway ${id} was not found`),
  malformed: (id) => new AwsError('NatGatewayMalformed', `NatGateway ID ${id} is malformed`),
  conditions: () => ({}),
});

export function showNatGateway(nat: NatGatewayRecord): NatGateway {
  return {
    NatGatewayId: nat.id,
    VpcId: nat.vpcId,
    SubnetId: nat.subnetId,
    State: nat.state,
    ConnectivityType: nat.connectivity,
    AvailabilityMode: 'zonal',
    CreateTime: wholeSeconds(nat.createdAtMs),
    DeleteTime: wholeSeconds(nat.deletedAtMs),
    FailureCode: nat.failure?.code,
    FailureMessage: nat.failure?.message,
    NatGatewayAddresses: [
      {
        ...showNatAddress(nat, { ...nat, status: nat.state === 'failed' ? 'failed' : 'succeeded' }),
        IsPrimary: true,
      },
      ...(nat.secondary ?? []).map((address) => showNatAddress(nat, address)),
    ],
    Tags: [...nat.tags],
  };
}

export const showNatAddress = (nat: NatGatewayRecord, address: NatAddress): NatGatewayAddress => ({
  AllocationId: address.allocationId,
  AssociationId: address.associationId,
  NetworkInterfaceId: nat.networkInterfaceId,
  PrivateIp: address.privateIp,
  PublicIp: address.publicIp,
  IsPrimary: false,
  Status: address.status,
});

export const natGatewayFilters: FilterFields<NatGatewayRecord> = {
  'nat-gateway-id': ({ id }) => id,
  state: ({ state }) => state,
  'subnet-id': ({ subnetId }) => subnetId,
  'vpc-id': ({ vpcId }) => vpcId,
};
