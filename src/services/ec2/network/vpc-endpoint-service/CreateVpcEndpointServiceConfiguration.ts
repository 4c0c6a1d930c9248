/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointServiceConfiguration.html */
import type { CreateVpcEndpointServiceConfigurationRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { newPrivateDns, requirePrivateDnsName } from './private-dns.ts';
import {
  type EndpointServiceSettings,
  requireSettings,
  showVpcEndpointService,
  type VpcEndpointServiceRecord,
  vpcEndpointServiceKind,
} from './vpc-endpoint-service.ts';

const OPERATION = 'CreateVpcEndpointServiceConfiguration';

export default ec2.operation('CreateVpcEndpointServiceConfiguration', {
  checks(context, input) {
    const settings = settingsOf(context.region, input);
    const { create, tag } = taggedCreationCheck(
      context,
      `ec2:${OPERATION}`,
      vpcEndpointServiceKind,
      input,
      { settings },
      () => ({
        'ec2:VpceMultiRegion': String(settings.remoteRegions.length > 0),
        'ec2:VpceServiceRegion': context.region,
        ...(input.PrivateDnsName && { 'ec2:VpceServicePrivateDnsName': input.PrivateDnsName }),
      }),
    );
    return { service: create, tag };
  },
  async preconditions(context, input, { service: { plan } }) {
    if (await idsOfToken(context.tx, context, OPERATION, input)) return;
    requireSettings(plan.settings);
    requirePrivateDnsName(input.PrivateDnsName, plan.settings.gatewayLoadBalancerArns);
  },
  async execute(context, input, { service: { plan } }) {
    const { account, region, tx, entropy } = context;
    const { ClientToken, PrivateDnsName: name } = input;
    const [made] = (await idsOfToken(tx, context, OPERATION, input)) ?? [];
    const service: VpcEndpointServiceRecord = made
      ? await requireResource(tx, vpcEndpointServiceKind, context, made)
      : {
          account,
          region,
          id: newId(entropy, vpcEndpointServiceKind.prefix),
          tags: plan.tags,
          ...plan.settings,
          ...(name && { privateDns: newPrivateDns(entropy, name) }),
          permissions: [],
        };
    if (!made) {
      await vpcEndpointServiceKind.records.put(tx, service);
      rememberToken(tx, context, OPERATION, input, [service.id]);
    }
    return { ServiceConfiguration: showVpcEndpointService(service), ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, vpcEndpointServiceKind.type, [output?.ServiceConfiguration?.ServiceId]),
  },
});

const each = (values: readonly string[] = []): readonly string[] => [...new Set(values)];

const settingsOf = (
  region: string,
  input: CreateVpcEndpointServiceConfigurationRequest,
): EndpointServiceSettings => ({
  // The console's default too: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
  acceptanceRequired: input.AcceptanceRequired ?? true,
  networkLoadBalancerArns: each(input.NetworkLoadBalancerArns),
  gatewayLoadBalancerArns: each(input.GatewayLoadBalancerArns),
  addressTypes: input.SupportedIpAddressTypes?.length ? each(input.SupportedIpAddressTypes) : ['ipv4'],
  remoteRegions: each(input.SupportedRegions).filter((name) => name !== region),
});
