/** VPC endpoint services of real accounts, with who may connect to them. */
import { type AdoptKind, adoptedKind } from '../../../invoke/imported/adopted-kind.ts';
import type { AllowedPrincipal, ServiceConfiguration } from '../../../shapes/generated/ec2.ts';
import {
  type VpcEndpointServiceRecord,
  vpcEndpointServiceKind,
} from '../network/vpc-endpoint-service/vpc-endpoint-service.ts';
import { owned } from './owned.ts';

export const ENDPOINT_SERVICES: AdoptKind = adoptedKind<ServiceConfiguration, VpcEndpointServiceRecord>(
  'ec2:DescribeVpcEndpointServiceConfigurations',
  'ServiceConfigurations',
  vpcEndpointServiceKind.records,
  (service, scope, { described }) => {
    const { ServiceId = '', PrivateDnsName: name, PrivateDnsNameConfiguration: dns } = service;
    const regions = (service.SupportedRegions ?? []).flatMap(({ Region }) => Region ?? []);
    const answer = described.get('ec2:DescribeVpcEndpointServicePermissions', scope, { ServiceId });
    const allowed = (answer?.output?.AllowedPrincipals ?? []) as readonly AllowedPrincipal[];
    return {
      ...owned(scope, ServiceId, service.Tags),
      acceptanceRequired: service.AcceptanceRequired ?? false,
      networkLoadBalancerArns: service.NetworkLoadBalancerArns ?? [],
      gatewayLoadBalancerArns: service.GatewayLoadBalancerArns ?? [],
      addressTypes: service.SupportedIpAddressTypes ?? ['ipv4'],
      remoteRegions: regions.filter((region) => region !== scope.region),
      ...(name && {
        privateDns: {
          name,
          state: dns?.State ?? 'pendingVerification',
          recordName: dns?.Name ?? '',
          recordValue: dns?.Value ?? '',
        },
      }),
      payer: service.PayerResponsibility,
      permissions: allowed.map(({ ServicePermissionId: id = '', Principal: principal = '' }) => ({
        id,
        principal,
      })),
    };
  },
);
