/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpointservice.html and
 * …/aws-resource-ec2-vpcendpointservicepermissions.html
 */
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { setChange } from './sets.ts';
import { tagsOf } from './tags.ts';

const texts = (properties: JsonObject, name: string) => properties[name] as string[] | undefined;

/** The API only ever turns it to the owner. */
async function makeOwnerPay(
  { call }: ResourceContext,
  ServiceId: string,
  { PayerResponsibility }: JsonObject,
) {
  if (PayerResponsibility === undefined) return;
  await call('ec2', 'ModifyVpcEndpointServicePayerResponsibility', {
    ServiceId,
    PayerResponsibility: PayerResponsibility as 'ServiceOwner',
  });
}

export const vpcEndpointService: ResourceType = {
  name: 'AWS::EC2::VPCEndpointService',
  properties: {
    AcceptanceRequired: { type: 'Boolean' },
    GatewayLoadBalancerArns: { type: strings },
    NetworkLoadBalancerArns: { type: strings },
    PayerResponsibility: { type: 'String' },
    PrivateDnsName: { type: 'String' },
    SupportedIpAddressTypes: { type: strings },
    SupportedRegions: { type: strings },
    Tags: TAGS,
  },
  unserved: ['ContributorInsightsEnabled', 'PrivateDnsNameConfiguration'],
  attributes: [
    'PrivateDnsNameConfiguration.Name',
    'PrivateDnsNameConfiguration.State',
    'PrivateDnsNameConfiguration.Type',
    'PrivateDnsNameConfiguration.Value',
    'ServiceId',
  ],

  async create(ctx, properties) {
    const { ServiceConfiguration: made } = await ctx.call('ec2', 'CreateVpcEndpointServiceConfiguration', {
      ClientToken: ctx.token,
      AcceptanceRequired: properties.AcceptanceRequired as boolean | undefined,
      GatewayLoadBalancerArns: texts(properties, 'GatewayLoadBalancerArns'),
      NetworkLoadBalancerArns: texts(properties, 'NetworkLoadBalancerArns'),
      PrivateDnsName: properties.PrivateDnsName as string | undefined,
      SupportedIpAddressTypes: texts(properties, 'SupportedIpAddressTypes'),
      SupportedRegions: texts(properties, 'SupportedRegions'),
      TagSpecifications: [{ ResourceType: 'vpc-endpoint-service', Tags: tagsOf(properties) }],
    });
    const id = made?.ServiceId as string;
    await makeOwnerPay(ctx, id, properties);
    return id;
  },

  async read({ call }, { physicalId }) {
    const { ServiceConfigurations: [found] = [] } = await call(
      'ec2',
      'DescribeVpcEndpointServiceConfigurations',
      { ServiceIds: [physicalId] },
    );
    const { Name = '', State = '', Type = '', Value = '' } = found?.PrivateDnsNameConfiguration ?? {};
    return {
      ServiceId: physicalId,
      'PrivateDnsNameConfiguration.Name': Name,
      'PrivateDnsNameConfiguration.State': State,
      'PrivateDnsNameConfiguration.Type': Type,
      'PrivateDnsNameConfiguration.Value': Value,
    };
  },

  async update(ctx, { physicalId: ServiceId, properties: from }, to) {
    const gateways = setChange(from.GatewayLoadBalancerArns, to.GatewayLoadBalancerArns);
    const networks = setChange(from.NetworkLoadBalancerArns, to.NetworkLoadBalancerArns);
    const types = setChange(from.SupportedIpAddressTypes ?? ['ipv4'], to.SupportedIpAddressTypes ?? ['ipv4']);
    const regions = setChange(from.SupportedRegions, to.SupportedRegions);
    await ctx.call('ec2', 'ModifyVpcEndpointServiceConfiguration', {
      ServiceId,
      AcceptanceRequired: (to.AcceptanceRequired as boolean | undefined) ?? true,
      PrivateDnsName: to.PrivateDnsName as string | undefined,
      RemovePrivateDnsName: (from.PrivateDnsName && to.PrivateDnsName === undefined) || undefined,
      AddGatewayLoadBalancerArns: gateways.added,
      RemoveGatewayLoadBalancerArns: gateways.removed,
      AddNetworkLoadBalancerArns: networks.added,
      RemoveNetworkLoadBalancerArns: networks.removed,
      AddSupportedIpAddressTypes: types.added,
      RemoveSupportedIpAddressTypes: types.removed,
      AddSupportedRegions: regions.added,
      RemoveSupportedRegions: regions.removed,
    });
    await makeOwnerPay(ctx, ServiceId, to);
    await updateTags(ctx, ServiceId, from, to);
  },

  async delete({ call }, { physicalId }) {
    await call('ec2', 'DeleteVpcEndpointServiceConfigurations', { ServiceIds: [physicalId] });
  },
};

const permit = ({ call }: ResourceContext, ServiceId: string, from: JsonObject, to: JsonObject) => {
  const { added, removed } = setChange(from.AllowedPrincipals, to.AllowedPrincipals);
  return call('ec2', 'ModifyVpcEndpointServicePermissions', {
    ServiceId,
    AddAllowedPrincipals: added,
    RemoveAllowedPrincipals: removed,
  });
};

export const vpcEndpointServicePermissions: ResourceType = {
  name: 'AWS::EC2::VPCEndpointServicePermissions',
  properties: {
    AllowedPrincipals: { type: strings },
    ServiceId: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: [],

  async create(ctx, properties) {
    const id = properties.ServiceId as string;
    await permit(ctx, id, {}, properties);
    return id;
  },

  async update(ctx, { physicalId, properties: from }, to) {
    await permit(ctx, physicalId, from, to);
  },

  async delete(ctx, { physicalId, properties }) {
    await permit(ctx, physicalId, properties, {});
  },
};
