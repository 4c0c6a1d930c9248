/**
 * A VPC endpoint service: what an account offers to others through a load balancer (aws-facts F46). A record: its load
 * balancers are names only, and no endpoint leads to it.
 */
import { parseArn } from '../../../../aws/arn.ts';
import { AwsError } from '../../../../aws/aws-error.ts';
import type {
  AllowedPrincipal,
  ServiceConfiguration,
  ServiceDetail,
} from '../../../../shapes/generated/ec2.ts';
import { table } from '../../../../store/store.ts';
import type { FilterFields } from '../../describe/filter.ts';
import { type ResourceRecord, storedKind } from '../../resource/kind.ts';

/** Who may connect. */
export interface ServicePermission {
  readonly id: string;
  readonly principal: string;
}

/** The record of DNS by which its owner is to show that the name is theirs. */
interface PrivateDns {
  readonly name: string;
  readonly state: string;
  readonly recordName: string;
  readonly recordValue: string;
}

/** What a request says of it. */
export interface EndpointServiceSettings {
  readonly acceptanceRequired: boolean;
  readonly networkLoadBalancerArns: readonly string[];
  readonly gatewayLoadBalancerArns: readonly string[];
  readonly addressTypes: readonly string[];
  /** Others than its own. */
  readonly remoteRegions: readonly string[];
}

export interface VpcEndpointServiceRecord extends ResourceRecord, EndpointServiceSettings {
  readonly privateDns?: PrivateDns;
  /** Who pays for endpoints, where that is not whoever has them. */
  readonly payer?: string;
  readonly permissions: readonly ServicePermission[];
}

export const vpcEndpointServiceKind = storedKind<VpcEndpointServiceRecord>({
  type: 'vpc-endpoint-service',
  prefix: 'vpce-svc',
  table: table<VpcEndpointServiceRecord>()({
    name: 'ec2.vpc-endpoint-services',
    key: ({ account, region, id }) => [account, region, id],
  }),
  notFound: ([id]) =>
    new AwsError('InvalidVpcEndpointServiceId.NotFound', `The VpcEndpointService Id '${id}' does not exist`),
  malformed: (id) =>
    new AwsError('InvalidVpcEndpointServiceId.Malformed', `Invalid Id: '${id}' (expecting 'vpce-svc-...')`),
  conditions: ({ region, privateDns, remoteRegions }) => ({
    'ec2:VpceMultiRegion': String(remoteRegions.length > 0),
    'ec2:VpceServiceRegion': region,
    ...(privateDns && { 'ec2:VpceServicePrivateDnsName': privateDns.name }),
  }),
});

const invalid = (message: string) => new AwsError('InvalidParameter', message);

/** Throws where nothing, or things of both kinds, would serve its consumers. */
export function requireSettings(settings: EndpointServiceSettings): void {
  const { networkLoadBalancerArns: network, gatewayLoadBalancerArns: gateway, addressTypes } = settings;
  if (network.length + gateway.length === 0) {
    throw invalid(
      'An endpoint service must have at least one Network Load Balancer or Gateway Load Balancer.',
    );
  }
  if (network.length > 0 && gateway.length > 0) {
    throw new AwsError(
      'InvalidParameterCombination',
      'An endpoint service cannot have both Network Load Balancers and Gateway Load Balancers.',
    );
  }
  for (const arn of network) requireLoadBalancer(arn, 'net', 'Network');
  for (const arn of gateway) requireLoadBalancer(arn, 'gwy', 'Gateway');
  const unknown = addressTypes.find((type) => type !== 'ipv4' && type !== 'ipv6');
  if (unknown !== undefined)
    throw invalid(`Value (${unknown}) for parameter SupportedIpAddressType is invalid.`);
  if (addressTypes.length === 0)
    throw invalid('An endpoint service must support at least one IP address type.');
}

function requireLoadBalancer(arn: string, form: string, noun: string): void {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service === 'elasticloadbalancing' && resource.startsWith(`loadbalancer/${form}/`)) return;
  throw invalid(`'${arn}' is not the ARN of a ${noun} Load Balancer.`);
}

const serviceTypeOf = ({ gatewayLoadBalancerArns: gateway }: VpcEndpointServiceRecord) =>
  gateway.length > 0 ? 'GatewayLoadBalancer' : 'Interface';

/** What both of its views have. */
function shownParts(service: VpcEndpointServiceRecord) {
  const { id, region } = service;
  const type = serviceTypeOf(service);
  return {
    ServiceType: [{ ServiceType: type }],
    ServiceId: id,
    ServiceName: `com.amazonaws.vpce.${region}.${id}`,
    AcceptanceRequired: service.acceptanceRequired,
    ManagesVpcEndpoints: false,
    SupportedIpAddressTypes: [...service.addressTypes],
    ...(type === 'Interface' && { BaseEndpointDnsNames: [`${id}.${region}.vpce.amazonaws.com`] }),
    ...(service.privateDns && { PrivateDnsName: service.privateDns.name }),
    ...(service.payer && { PayerResponsibility: service.payer }),
    Tags: [...service.tags],
  };
}

/** In which zones its load balancers are is not known here. */
export function showVpcEndpointService(service: VpcEndpointServiceRecord): ServiceConfiguration {
  const { privateDns, remoteRegions, region } = service;
  return {
    ...shownParts(service),
    ServiceState: 'Available',
    NetworkLoadBalancerArns: [...service.networkLoadBalancerArns],
    GatewayLoadBalancerArns: [...service.gatewayLoadBalancerArns],
    ...(privateDns && {
      PrivateDnsNameConfiguration: {
        State: privateDns.state,
        Type: 'TXT',
        Name: privateDns.recordName,
        Value: privateDns.recordValue,
      },
    }),
    SupportedRegions: [region, ...remoteRegions].map((Region) => ({ Region, ServiceState: 'Available' })),
    RemoteAccessEnabled: remoteRegions.length > 0,
  };
}

/** As its consumers see it. */
export const showServiceDetail = (service: VpcEndpointServiceRecord): ServiceDetail => ({
  ...shownParts(service),
  ServiceRegion: service.region,
  Owner: service.account,
  VpcEndpointPolicySupported: false,
  ...(service.privateDns && {
    PrivateDnsNames: [{ PrivateDnsName: service.privateDns.name }],
    PrivateDnsNameVerificationState: service.privateDns.state,
  }),
});

export const vpcEndpointServiceFilters: FilterFields<VpcEndpointServiceRecord> = {
  'service-id': ({ id }) => id,
  'service-name': ({ id, region }) => `com.amazonaws.vpce.${region}.${id}`,
  'service-state': () => 'Available',
  'supported-ip-address-types': ({ addressTypes }) => addressTypes,
};

const PRINCIPAL_TYPES = [
  ['All', /^\*$/],
  ['Account', /^arn:aws[a-z-]*:iam::\d{12}:root$/],
  ['User', /^arn:aws[a-z-]*:iam::\d{12}:user\/.+$/],
  ['Role', /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/],
  ['OrganizationUnit', /^arn:aws[a-z-]*:organizations::\d{12}:ou\/.+$/],
] as const;

export const principalType = (principal: string): string | undefined =>
  PRINCIPAL_TYPES.find(([, form]) => form.test(principal))?.[0];

export function requirePrincipal(principal: string): void {
  if (principalType(principal) === undefined) {
    throw new AwsError('InvalidPrincipal', `Invalid Principal: '${principal}'`);
  }
}

export const showPermission = (
  serviceId: string,
  { id, principal }: ServicePermission,
): AllowedPrincipal => ({
  PrincipalType: principalType(principal),
  Principal: principal,
  ServicePermissionId: id,
  ServiceId: serviceId,
  Tags: [],
});
