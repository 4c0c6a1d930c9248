/**
 * A VPN connection and its static routes.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpnconnection.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpnconnectionroute.html
 */
import type {
  VpnConnectionOptionsSpecification,
  VpnTunnelOptionsSpecification,
} from '../../../shapes/generated/ec2.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput, type Property, TAGS, withMembers } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const TEXT: Property = { type: 'String', change: 'replacement' };

async function find({ call }: ResourceContext, id: string) {
  const { VpnConnections: [connection] = [] } = await call('ec2', 'DescribeVpnConnections', {
    VpnConnectionIds: [id],
  });
  return connection;
}

/** Properties that are options of the API's, and have the same name there. */
const OPTIONS = [
  'EnableAcceleration',
  'LocalIpv4NetworkCidr',
  'LocalIpv6NetworkCidr',
  'OutsideIpAddressType',
  'RemoteIpv4NetworkCidr',
  'RemoteIpv6NetworkCidr',
  'StaticRoutesOnly',
  'TransportTransitGatewayAttachmentId',
  'TunnelBandwidth',
  'TunnelInsideIpVersion',
] as const satisfies readonly (keyof VpnConnectionOptionsSpecification)[];

const ofTunnel = (...path: string[]) =>
  ofInput('ec2', 'CreateVpnConnection', 'Options', 'TunnelOptions', ...path);

function optionsOf(properties: JsonObject): VpnConnectionOptionsSpecification {
  const tunnels = properties.VpnTunnelOptionsSpecifications as readonly JsonObject[] | undefined;
  const options = OPTIONS.filter((name) => properties[name] !== undefined);
  return {
    ...Object.fromEntries(options.map((name) => [name, properties[name]])),
    TunnelOptions: tunnels?.map(tunnelOf),
  };
}

/** The logs of a tunnel have another name than in the API. */
function tunnelOf({ LogOptions, ...tunnel }: JsonObject): VpnTunnelOptionsSpecification {
  if (LogOptions === undefined) return tunnel;
  const { CloudwatchLogOptions: CloudWatchLogOptions } = LogOptions as JsonObject;
  return { ...tunnel, LogOptions: { CloudWatchLogOptions: CloudWatchLogOptions as object | undefined } };
}

export const vpnConnection: ResourceType = {
  name: 'AWS::EC2::VPNConnection',
  properties: {
    CustomerGatewayId: { ...TEXT, required: true },
    EnableAcceleration: { type: 'Boolean', change: 'replacement' },
    LocalIpv4NetworkCidr: TEXT,
    LocalIpv6NetworkCidr: TEXT,
    OutsideIpAddressType: TEXT,
    PreSharedKeyStorage: TEXT,
    RemoteIpv4NetworkCidr: TEXT,
    RemoteIpv6NetworkCidr: TEXT,
    StaticRoutesOnly: { type: 'Boolean', change: 'replacement' },
    Tags: TAGS,
    TransportTransitGatewayAttachmentId: TEXT,
    TunnelBandwidth: { type: 'String' },
    TunnelInsideIpVersion: TEXT,
    Type: { ...TEXT, required: true },
    VpnGatewayId: TEXT,
    VpnTunnelOptionsSpecifications: {
      type: withMembers(ofTunnel(), {
        LogOptions: {
          type: {
            object: { CloudwatchLogOptions: { type: ofTunnel('LogOptions', 'CloudWatchLogOptions') } },
          },
        },
      }),
      change: 'replacement',
    },
  },
  unserved: ['TransitGatewayId', 'VpnConcentratorId'],
  attributes: ['VpnConnectionId'],

  async create({ call }, properties) {
    const { VpnConnection: made } = await call('ec2', 'CreateVpnConnection', {
      CustomerGatewayId: properties.CustomerGatewayId as string,
      VpnGatewayId: properties.VpnGatewayId as string | undefined,
      Type: properties.Type as string,
      PreSharedKeyStorage: properties.PreSharedKeyStorage as string | undefined,
      Options: optionsOf(properties),
      TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: tagsOf(properties) }],
    });
    return made?.VpnConnectionId as string;
  },

  async read(ctx, { physicalId }) {
    const { State: state } = (await find(ctx, physicalId)) ?? {};
    return state === 'available' ? { VpnConnectionId: physicalId } : undefined;
  },

  async update(ctx, { physicalId, properties: from }, to) {
    if (!sameValue(from.TunnelBandwidth, to.TunnelBandwidth)) {
      await ctx.call('ec2', 'ModifyVpnConnectionOptions', {
        VpnConnectionId: physicalId,
        TunnelBandwidth: (to.TunnelBandwidth ?? 'standard') as 'standard',
      });
    }
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId: VpnConnectionId }) {
    await call('ec2', 'DeleteVpnConnection', { VpnConnectionId });
  },

  async isGone(ctx, { physicalId }) {
    const { State: state = 'deleted' } = (await find(ctx, physicalId)) ?? {};
    return state === 'deleted';
  },
};

const routeOf = ({ DestinationCidrBlock, VpnConnectionId }: JsonObject) => ({
  DestinationCidrBlock: DestinationCidrBlock as string,
  VpnConnectionId: VpnConnectionId as string,
});

export const vpnConnectionRoute: ResourceType = {
  name: 'AWS::EC2::VPNConnectionRoute',
  properties: {
    DestinationCidrBlock: { ...TEXT, required: true },
    VpnConnectionId: { ...TEXT, required: true },
  },
  attributes: [],

  async create({ call }, properties) {
    const route = routeOf(properties);
    await call('ec2', 'CreateVpnConnectionRoute', route);
    return `${route.DestinationCidrBlock}|${route.VpnConnectionId}`;
  },

  async delete({ call }, { properties }) {
    await call('ec2', 'DeleteVpnConnectionRoute', routeOf(properties));
  },
};
