/**
 * An internet gateway, or a virtual private one.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html
 */
import type { JsonObject } from '../template/json.ts';
import { findVpnGateway } from './ec2-vpn-gateway.ts';
import { StillBusy } from './failure.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';

const GATEWAYS = ['InternetGatewayId', 'VpnGatewayId'];

const kindOf = ({ VpnGatewayId }: JsonObject) => (VpnGatewayId === undefined ? 'IGW' : 'VGW');

async function change(verb: 'Attach' | 'Detach', { call }: ResourceContext, properties: JsonObject) {
  const VpcId = properties.VpcId as string;
  if (kindOf(properties) === 'VGW') {
    await call('ec2', `${verb}VpnGateway`, { VpnGatewayId: properties.VpnGatewayId as string, VpcId });
  } else {
    const InternetGatewayId = properties.InternetGatewayId as string;
    await call('ec2', `${verb}InternetGateway`, { InternetGatewayId, VpcId });
  }
}

/** Of a virtual private gateway: attaching and detaching take their time. */
async function stateOf(ctx: ResourceContext, { VpnGatewayId, VpcId }: JsonObject) {
  const gateway = await findVpnGateway(ctx, VpnGatewayId as string);
  return gateway?.VpcAttachments?.find((each) => each.VpcId === VpcId)?.State ?? 'detached';
}

export const vpcGatewayAttachment: ResourceType = {
  name: 'AWS::EC2::VPCGatewayAttachment',
  properties: {
    InternetGatewayId: { type: 'String' },
    VpcId: { type: 'String', required: true, change: 'replacement' },
    VpnGatewayId: { type: 'String' },
  },
  attributes: ['AttachmentType'],
  conflict: (properties) =>
    GATEWAYS.filter((name) => properties[name] !== undefined).length === 1
      ? undefined
      : 'Exactly one of InternetGatewayId and VpnGatewayId is required.',

  async create(ctx, properties) {
    await change('Attach', ctx, properties);
    return `${kindOf(properties)}|${properties.VpcId}`;
  },

  async read(ctx, { properties }) {
    const AttachmentType = kindOf(properties);
    const isReady = AttachmentType === 'IGW' || (await stateOf(ctx, properties)) === 'attached';
    return isReady ? { AttachmentType } : undefined;
  },

  async update(ctx, { properties: from }, to) {
    const isVirtual = kindOf(from) === 'VGW';
    const state = isVirtual ? await stateOf(ctx, from) : 'attached';
    if (state === 'attached') await change('Detach', ctx, from);
    if (isVirtual && state !== 'detached') throw new StillBusy();
    await change('Attach', ctx, to);
  },

  async delete(ctx, { properties }) {
    await change('Detach', ctx, properties);
  },

  isGone: async (ctx, { properties }) =>
    kindOf(properties) === 'IGW' || (await stateOf(ctx, properties)) === 'detached',
};
