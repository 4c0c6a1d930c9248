/** What is stored of a network's parts, and nothing else, so that every part can know of the others. */
import type { ResourceRecord } from '../resource/kind.ts';

export interface VpcRecord extends ResourceRecord {
  readonly cidrBlock: string;
  readonly cidrAssociationId: string;
  readonly isDefault: boolean;
  readonly dhcpOptionsId: string;
  readonly tenancy: 'default' | 'dedicated';
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  readonly networkAddressUsageMetrics: boolean;
}

export interface SubnetRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly defaultForZone: boolean;
  readonly mapPublicIpOnLaunch: boolean;
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

export interface RouteRecord {
  /** A CIDR block of either family, or the id of a prefix list. */
  readonly destination: string;
  /** `local`, an internet gateway, or a VPC endpoint; where it is absent, the route leads to the NAT gateway. */
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
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
  }[];
}

/** The route with which every table begins. */
export const localRoute = (destination: string): RouteRecord => ({
  destination,
  gatewayId: 'local',
  origin: 'CreateRouteTable',
});

export interface SecurityGroupRecord extends ResourceRecord {
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
}

/** What a rule says. A protocol's name where it has one, else its number; `-1` for all. Ports are -1 for all. */
export interface RuleTerms {
  readonly isEgress: boolean;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly referencedGroup?: { readonly groupId: string; readonly userId: string };
  readonly description?: string;
}

export interface SecurityGroupRuleRecord extends ResourceRecord, RuleTerms {
  readonly groupId: string;
}
