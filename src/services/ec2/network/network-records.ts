/** What is stored of a network's parts, and nothing else, so that every part can know of the others. */
import type { ResourceRecord } from '../resource/kind.ts';

/** A block of addresses that a VPC or a subnet has beside its first. */
export interface CidrAssociation {
  readonly id: string;
  readonly cidrBlock: string;
}

export interface VpcRecord extends ResourceRecord {
  readonly cidrBlock: string;
  readonly cidrAssociationId: string;
  readonly secondaryCidrs?: readonly CidrAssociation[];
  /** Amazon's. */
  readonly ipv6Cidrs?: readonly CidrAssociation[];
  readonly isDefault: boolean;
  /** `default` for the set that has no options at all. */
  readonly dhcpOptionsId: string;
  readonly tenancy: 'default' | 'dedicated';
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly networkAddressUsageMetrics: boolean;
}

export interface SubnetRecord extends ResourceRecord {
  readonly vpcId: string;
  /** Absent in a subnet of IPv6 alone. */
  readonly cidrBlock?: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly defaultForZone: boolean;
  readonly mapPublicIpOnLaunch: boolean;
  readonly ipv6Cidrs?: readonly CidrAssociation[];
  readonly assignsIpv6?: boolean;
  readonly dns64?: boolean;
  /** How instances in it are named; by their address where absent. */
  readonly dnsNames?: SubnetDnsNames;
  /** Its network ACL, once it was given another than the VPC's default one. */
  readonly networkAcl?: { readonly id: string; readonly associationId: string };
}

export interface SubnetDnsNames {
  readonly hostnameType: 'ip-name' | 'resource-name';
  readonly aRecord: boolean;
  readonly aaaaRecord: boolean;
}

export interface InternetGatewayRecord extends ResourceRecord {
  readonly vpcId?: string;
}

export interface NetworkAclRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly isDefault: boolean;
  /** Without the rules that every ACL ends with. Absent as long as a default ACL has those it was made with. */
  readonly entries?: readonly NetworkAclEntryRecord[];
}

export interface NetworkAclEntryRecord {
  readonly isEgress: boolean;
  readonly ruleNumber: number;
  readonly action: 'allow' | 'deny';
  /** A number; `-1` for all. */
  readonly protocol: string;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly icmp?: { readonly type: number; readonly code: number };
}

/** What a route leads to: exactly one of these. */
export interface RouteTarget {
  /** `local`, an internet gateway, a virtual private gateway, or a VPC endpoint. */
  readonly gatewayId?: string;
  readonly egressOnlyGatewayId?: string;
  readonly natGatewayId?: string;
  readonly networkInterfaceId?: string;
  readonly peeringId?: string;
}

export interface RouteRecord extends RouteTarget {
  /** A CIDR block of either family, or the id of a prefix list. */
  readonly destination: string;
  /** What it leads to has gone. */
  readonly isBlackhole?: boolean;
  readonly origin: 'CreateRouteTable' | 'CreateRoute';
}

export interface RouteTableRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly routes: readonly RouteRecord[];
  /** The main table serves every subnet that no other is associated with. */
  readonly associations: readonly {
    readonly id: string;
    readonly isMain: boolean;
    readonly subnetId?: string;
    /** An internet gateway or a virtual private one: what comes in through it goes by the table. */
    readonly gatewayId?: string;
  }[];
  /** Virtual private gateways. */
  readonly propagatingGatewayIds?: readonly string[];
}

/** The blocks of addresses of a VPC, the one that it was made with first. */
export const ipv4BlocksOf = (vpc: VpcRecord): readonly CidrAssociation[] => [
  { id: vpc.cidrAssociationId, cidrBlock: vpc.cidrBlock },
  ...(vpc.secondaryCidrs ?? []),
];

export const ipv6BlocksOf = (vpc: VpcRecord): readonly CidrAssociation[] => vpc.ipv6Cidrs ?? [];

/** A route within the VPC. */
export const localRoute = (destination: string): RouteRecord => ({
  destination,
  gatewayId: 'local',
  origin: 'CreateRouteTable',
});

/** Whatever their target is now: https://docs.aws.amazon.com/vpc/latest/userguide/replace-local-route-target.html */
export const isLocal = ({ origin }: RouteRecord): boolean => origin === 'CreateRouteTable';

/** The routes with which every table begins. */
export const localRoutes = (vpc: VpcRecord) =>
  [...ipv4BlocksOf(vpc), ...ipv6BlocksOf(vpc)].map(({ cidrBlock }) => localRoute(cidrBlock));

export interface SecurityGroupRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  /** Other VPCs whose interfaces it is given to. */
  readonly vpcAssociations?: readonly VpcAssociation[];
}

export interface VpcAssociation {
  readonly vpcId: string;
  readonly state: 'associating' | 'associated' | 'disassociating';
}

/** The VPCs to whose interfaces a group may be given: its own first. */
export const vpcsOfGroup = ({ vpcId, vpcAssociations = [] }: SecurityGroupRecord): readonly string[] => [
  vpcId,
  ...vpcAssociations.filter(({ state }) => state === 'associated').map((each) => each.vpcId),
];

/** What a rule says. A protocol's name where it has one, else its number; `-1` for all. Ports are -1 for all. */
export interface RuleTerms {
  readonly isEgress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly referencedGroup?: {
    readonly groupId: string;
    readonly userId: string;
    /** Of a group in another VPC: the connection by which that is reached. */
    readonly peer?: { readonly vpcId: string; readonly peeringId: string };
  };
  readonly description?: string;
}

export interface SecurityGroupRuleRecord extends ResourceRecord, RuleTerms {
  readonly groupId: string;
}
