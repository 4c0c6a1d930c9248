/**
 * A route table, its routes, and the subnets and gateways that go by it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-routetable.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetroutetableassociation.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-gatewayroutetableassociation.html
 */
import type { CreateRouteRequest, ReplaceRouteRequest } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { type Properties, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const routeTable: ResourceType = {
  name: 'AWS::EC2::RouteTable',
  properties: { Tags: TAGS, VpcId: { type: 'String', required: true, change: 'replacement' } },
  attributes: ['RouteTableId'],

  async create({ call }, properties) {
    const { RouteTable: made } = await call('ec2', 'CreateRouteTable', {
      VpcId: properties.VpcId as string,
      TagSpecifications: [{ ResourceType: 'route-table', Tags: tagsOf(properties) }],
    });
    return made?.RouteTableId as string;
  },

  read: async (_context, { physicalId }) => ({ RouteTableId: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: RouteTableId }) {
    await call('ec2', 'DeleteRouteTable', { RouteTableId });
  },
};

const DESTINATIONS = ['DestinationCidrBlock', 'DestinationIpv6CidrBlock', 'DestinationPrefixListId'];
const TARGETS = [
  'CarrierGatewayId',
  'CoreNetworkArn',
  'EgressOnlyInternetGatewayId',
  'GatewayId',
  'InstanceId',
  'LocalGatewayId',
  'NatGatewayId',
  'NetworkInterfaceId',
  'TransitGatewayId',
  'VpcEndpointId',
  'VpcPeeringConnectionId',
];

const texts = (names: readonly string[], change?: 'replacement'): Properties =>
  Object.fromEntries(names.map((name) => [name, { type: 'String', change }]));

const destinationOf = (properties: JsonObject) =>
  Object.fromEntries(DESTINATIONS.map((name) => [name, properties[name] as string | undefined]));

export const route: ResourceType = {
  name: 'AWS::EC2::Route',
  properties: {
    ...texts(DESTINATIONS, 'replacement'),
    ...texts(TARGETS),
    RouteTableId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: ['OdbNetworkArn'],
  attributes: ['CidrBlock'],
  conflict: (properties) =>
    DESTINATIONS.filter((name) => properties[name] !== undefined).length === 1
      ? undefined
      : `Exactly one of [${DESTINATIONS.join(', ')}] must be specified.`,

  async create({ call }, properties) {
    await call('ec2', 'CreateRoute', properties as unknown as CreateRouteRequest);
    const [destination] = Object.values(destinationOf(properties)).filter((value) => value !== undefined);
    return `${properties.RouteTableId}|${destination}`;
  },

  read: async (_context, { properties }) => ({
    CidrBlock: properties.DestinationCidrBlock ?? properties.DestinationIpv6CidrBlock ?? '',
  }),

  async update({ call }, _resource, to) {
    await call('ec2', 'ReplaceRoute', to as unknown as ReplaceRouteRequest);
  },

  async delete({ call }, { properties }) {
    const RouteTableId = properties.RouteTableId as string;
    await call('ec2', 'DeleteRoute', { RouteTableId, ...destinationOf(properties) });
  },
};

export const subnetRouteTableAssociation: ResourceType = {
  name: 'AWS::EC2::SubnetRouteTableAssociation',
  properties: {
    RouteTableId: { type: 'String', required: true, change: 'replacement' },
    SubnetId: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['Id'],

  async create({ call }, { RouteTableId, SubnetId }) {
    const { AssociationId } = await call('ec2', 'AssociateRouteTable', {
      RouteTableId: RouteTableId as string,
      SubnetId: SubnetId as string,
    });
    return AssociationId as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async delete({ call }, { physicalId: AssociationId }) {
    await call('ec2', 'DisassociateRouteTable', { AssociationId });
  },
};

export const gatewayRouteTableAssociation: ResourceType = {
  name: 'AWS::EC2::GatewayRouteTableAssociation',
  properties: {
    GatewayId: { type: 'String', required: true, change: 'replacement' },
    RouteTableId: { type: 'String', required: true },
  },
  attributes: ['AssociationId'],

  async create({ call }, { RouteTableId, GatewayId }) {
    const ids = { RouteTableId: RouteTableId as string, GatewayId: GatewayId as string };
    await call('ec2', 'AssociateRouteTable', ids);
    return ids.GatewayId;
  },

  read: async (ctx, { physicalId }) => ({ AssociationId: await gatewayAssociation(ctx, physicalId) }),

  async update(ctx, { physicalId }, { RouteTableId }) {
    await ctx.call('ec2', 'ReplaceRouteTableAssociation', {
      AssociationId: await gatewayAssociation(ctx, physicalId),
      RouteTableId: RouteTableId as string,
    });
  },

  async delete(ctx, { physicalId }) {
    const AssociationId = await gatewayAssociation(ctx, physicalId);
    if (AssociationId) await ctx.call('ec2', 'DisassociateRouteTable', { AssociationId });
  },
};

async function gatewayAssociation({ call }: ResourceContext, gatewayId: string): Promise<string> {
  const { RouteTables: [table] = [] } = await call('ec2', 'DescribeRouteTables', {
    Filters: [{ Name: 'association.gateway-id', Values: [gatewayId] }],
  });
  return table?.Associations?.find(({ GatewayId }) => GatewayId === gatewayId)?.RouteTableAssociationId ?? '';
}
