/**
 * A virtual private gateway, the device at the other end, and the tables that take over routes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpngateway.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-customergateway.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpngatewayroutepropagation.html
 */
import type { CreateCustomerGatewayRequest, CreateVpnGatewayRequest } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export async function findVpnGateway({ call }: ResourceContext, id: string) {
  const Filters = [{ Name: 'vpn-gateway-id', Values: [id] }];
  const { VpnGateways: [gateway] = [] } = await call('ec2', 'DescribeVpnGateways', { Filters });
  return gateway;
}

export const vpnGateway: ResourceType = {
  name: 'AWS::EC2::VPNGateway',
  properties: {
    AmazonSideAsn: { type: 'Integer', change: 'replacement' },
    Tags: TAGS,
    Type: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['VPNGatewayId'],

  async create({ call }, { Tags = [], ...properties }) {
    const { VpnGateway: made } = await call('ec2', 'CreateVpnGateway', {
      ...(properties as unknown as CreateVpnGatewayRequest),
      TagSpecifications: [{ ResourceType: 'vpn-gateway', Tags: tagsOf({ Tags }) }],
    });
    return made?.VpnGatewayId as string;
  },

  read: async (_context, { physicalId }) => ({ VPNGatewayId: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: VpnGatewayId }) {
    await call('ec2', 'DeleteVpnGateway', { VpnGatewayId });
  },

  async isGone(ctx, { physicalId }) {
    const { State: state = 'deleted' } = (await findVpnGateway(ctx, physicalId)) ?? {};
    return state === 'deleted';
  },
};

async function customerGatewayState({ call }: ResourceContext, id: string) {
  const Filters = [{ Name: 'customer-gateway-id', Values: [id] }];
  const { CustomerGateways: [gateway] = [] } = await call('ec2', 'DescribeCustomerGateways', { Filters });
  return gateway?.State ?? 'deleted';
}

export const customerGateway: ResourceType = {
  name: 'AWS::EC2::CustomerGateway',
  properties: {
    BgpAsn: { type: 'Integer', change: 'replacement' },
    BgpAsnExtended: { type: 'Number', change: 'replacement' },
    CertificateArn: { type: 'String', change: 'replacement' },
    DeviceName: { type: 'String', change: 'replacement' },
    IpAddress: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
    Type: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['CustomerGatewayId'],

  async create({ call }, { Tags = [], ...properties }) {
    const { CustomerGateway: made } = await call('ec2', 'CreateCustomerGateway', {
      ...(properties as unknown as CreateCustomerGatewayRequest),
      TagSpecifications: [{ ResourceType: 'customer-gateway', Tags: tagsOf({ Tags }) }],
    });
    return made?.CustomerGatewayId as string;
  },

  async read(ctx, { physicalId }) {
    const state = await customerGatewayState(ctx, physicalId);
    return state === 'available' ? { CustomerGatewayId: physicalId } : undefined;
  },

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: CustomerGatewayId }) {
    await call('ec2', 'DeleteCustomerGateway', { CustomerGatewayId });
  },

  isGone: async (ctx, { physicalId }) => (await customerGatewayState(ctx, physicalId)) === 'deleted',
};

async function propagate(
  { call }: ResourceContext,
  operation: 'EnableVgwRoutePropagation' | 'DisableVgwRoutePropagation',
  { RouteTableIds, VpnGatewayId }: JsonObject,
) {
  for (const RouteTableId of RouteTableIds as string[]) {
    await call('ec2', operation, { GatewayId: VpnGatewayId as string, RouteTableId });
  }
}

export const vpnGatewayRoutePropagation: ResourceType = {
  name: 'AWS::EC2::VPNGatewayRoutePropagation',
  properties: {
    RouteTableIds: { type: strings, required: true },
    VpnGatewayId: { type: 'String', required: true },
  },
  attributes: ['Id'],

  async create(ctx, properties) {
    await propagate(ctx, 'EnableVgwRoutePropagation', properties);
    return properties.VpnGatewayId as string;
  },

  read: async (_context, { properties }) => ({ Id: properties.VpnGatewayId as string }),

  async update(ctx, { properties: from }, to) {
    await propagate(ctx, 'DisableVgwRoutePropagation', from);
    await propagate(ctx, 'EnableVgwRoutePropagation', to);
  },

  async delete(ctx, { properties }) {
    await propagate(ctx, 'DisableVgwRoutePropagation', properties);
  },
};
