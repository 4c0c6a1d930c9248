/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html */
import type { CreateNatGatewayRequest } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { changeNamedAndCounted } from './ec2-interface-addresses.ts';
import { updateTags } from './ec2-tags.ts';
import { notStabilized } from './failure.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { setChange } from './sets.ts';
import { tagsOf } from './tags.ts';

async function find({ call }: ResourceContext, id: string) {
  const Filter = [{ Name: 'nat-gateway-id', Values: [id] }];
  const { NatGateways: [nat] = [] } = await call('ec2', 'DescribeNatGateways', { Filter });
  return nat;
}

export const natGateway: ResourceType = {
  name: 'AWS::EC2::NatGateway',
  properties: {
    AllocationId: { type: 'String', change: 'replacement' },
    ConnectivityType: { type: 'String', change: 'replacement' },
    MaxDrainDurationSeconds: { type: 'Integer' },
    PrivateIpAddress: { type: 'String', change: 'replacement' },
    SecondaryAllocationIds: { type: strings },
    SecondaryPrivateIpAddressCount: { type: 'Integer' },
    SecondaryPrivateIpAddresses: { type: strings },
    SubnetId: { type: 'String', change: 'replacement' },
    Tags: TAGS,
  },
  unserved: ['AvailabilityMode', 'AvailabilityZoneAddresses', 'VpcId'],
  unservedAttributes: ['AutoProvisionZones', 'AutoScalingIps', 'RouteTableId'],
  attributes: ['EniId', 'NatGatewayId'],

  async create({ call, token }, { Tags, MaxDrainDurationSeconds: _drain, ...properties }) {
    const { NatGateway: made } = await call('ec2', 'CreateNatGateway', {
      ...(properties as unknown as CreateNatGatewayRequest),
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: tagsOf({ Tags: Tags ?? [] }) }],
    });
    return made?.NatGatewayId as string;
  },

  async read(ctx, { physicalId }) {
    const nat = await find(ctx, physicalId);
    if (nat?.State === 'failed') throw notStabilized('AWS::EC2::NatGateway', physicalId);
    const isSettled = (nat?.NatGatewayAddresses ?? []).every(({ Status }) => Status === 'succeeded');
    if (nat?.State !== 'available' || !isSettled) return undefined;
    const [address] = nat.NatGatewayAddresses ?? [];
    return { EniId: address?.NetworkInterfaceId ?? '', NatGatewayId: physicalId };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    if (to.ConnectivityType === 'private') await changePrivateAddresses(ctx, physicalId, from, to);
    else await changeElasticAddresses(ctx, physicalId, from, to);
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId: NatGatewayId }) {
    await call('ec2', 'DeleteNatGateway', { NatGatewayId });
  },

  async isGone(ctx, { physicalId }) {
    const { State: state = 'deleted' } = (await find(ctx, physicalId)) ?? {};
    return state === 'deleted';
  },
};

const listed = (value: unknown) => (value ?? []) as readonly string[];
const drainTime = ({ MaxDrainDurationSeconds: seconds }: JsonObject) => seconds as number | undefined;

const furtherAddresses = async (ctx: ResourceContext, id: string) =>
  ((await find(ctx, id))?.NatGatewayAddresses ?? []).filter(({ IsPrimary }) => !IsPrimary);

function changePrivateAddresses(ctx: ResourceContext, id: string, from: JsonObject, to: JsonObject) {
  const { call } = ctx;
  const wish = (properties: JsonObject) => ({
    named: listed(properties.SecondaryPrivateIpAddresses),
    count: Number(properties.SecondaryPrivateIpAddressCount ?? 0),
  });
  return changeNamedAndCounted({
    from: wish(from),
    to: wish(to),
    present: async () => (await furtherAddresses(ctx, id)).map(({ PrivateIp = '' }) => PrivateIp),
    assign: (wanted) =>
      call('ec2', 'AssignPrivateNatGatewayAddress', {
        NatGatewayId: id,
        ...(typeof wanted === 'number'
          ? { PrivateIpAddressCount: wanted }
          : { PrivateIpAddresses: [...wanted] }),
      }),
    unassign: (PrivateIpAddresses) =>
      call('ec2', 'UnassignPrivateNatGatewayAddress', {
        NatGatewayId: id,
        PrivateIpAddresses,
        MaxDrainDurationSeconds: drainTime(to),
      }),
  });
}

/** A private address that is named belongs to the elastic one at its place. */
async function changeElasticAddresses(
  ctx: ResourceContext,
  id: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { added, removed } = setChange(from.SecondaryAllocationIds, to.SecondaryAllocationIds);
  if (removed.length > 0) {
    const present = await furtherAddresses(ctx, id);
    const gone = present.filter(({ AllocationId = '' }) => removed.includes(AllocationId));
    await ctx.call('ec2', 'DisassociateNatGatewayAddress', {
      NatGatewayId: id,
      AssociationIds: gone.map(({ AssociationId = '' }) => AssociationId),
      MaxDrainDurationSeconds: drainTime(to),
    });
  }
  if (added.length === 0) return;
  const allocations = listed(to.SecondaryAllocationIds);
  const privateIps = listed(to.SecondaryPrivateIpAddresses);
  const named = added.flatMap((each) => privateIps[allocations.indexOf(each)] ?? []);
  await ctx.call('ec2', 'AssociateNatGatewayAddress', {
    NatGatewayId: id,
    AllocationIds: added,
    PrivateIpAddresses: named.length > 0 ? named : undefined,
  });
}
