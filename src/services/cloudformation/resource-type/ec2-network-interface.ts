/**
 * A network interface, and the instance that it is attached to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterface.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterfaceattachment.html
 */
import type { CreateNetworkInterfaceRequest } from '../../../shapes/generated/ec2.ts';
import { type Json, type JsonObject, sameValue } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput, strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const networkInterface: ResourceType = {
  name: 'AWS::EC2::NetworkInterface',
  properties: {
    Description: { type: 'String' },
    GroupSet: { type: strings },
    InterfaceType: { type: 'String', change: 'replacement' },
    Ipv6AddressCount: { type: 'Integer', change: 'replacement' },
    Ipv6Addresses: {
      type: ofInput('ec2', 'CreateNetworkInterface', 'Ipv6Addresses'),
      change: 'replacement',
    },
    PrivateIpAddress: { type: 'String', change: 'replacement' },
    PrivateIpAddresses: {
      type: ofInput('ec2', 'CreateNetworkInterface', 'PrivateIpAddresses'),
      change: (from, to) => (primaryOf(from) === primaryOf(to) ? 'in-place' : 'replacement'),
    },
    SecondaryPrivateIpAddressCount: { type: 'Integer' },
    SourceDestCheck: { type: 'Boolean' },
    SubnetId: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
  },
  unserved: [
    'ConnectionTrackingSpecification',
    'EnablePrimaryIpv6',
    'Ipv4PrefixCount',
    'Ipv4Prefixes',
    'Ipv6PrefixCount',
    'Ipv6Prefixes',
    'PublicIpDnsHostnameTypeSpecification',
  ],
  attributes: ['Id', 'PrimaryIpv6Address', 'PrimaryPrivateIpAddress', 'SecondaryPrivateIpAddresses', 'VpcId'],

  async create({ call, token }, properties) {
    const { SourceDestCheck: _check, ...made } = properties;
    const { GroupSet, Tags: _tags, ...same } = made;
    const { NetworkInterface: created } = await call('ec2', 'CreateNetworkInterface', {
      ...(same as unknown as CreateNetworkInterfaceRequest),
      Groups: GroupSet as string[] | undefined,
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'network-interface', Tags: tagsOf(properties) }],
    });
    return { physicalId: created?.NetworkInterfaceId as string, made };
  },

  async read({ call }, { physicalId }) {
    const { NetworkInterfaces: [found] = [] } = await call('ec2', 'DescribeNetworkInterfaces', {
      NetworkInterfaceIds: [physicalId],
    });
    const addresses = found?.PrivateIpAddresses ?? [];
    return {
      Id: physicalId,
      PrimaryIpv6Address: found?.Ipv6Addresses?.[0]?.Ipv6Address ?? '',
      PrimaryPrivateIpAddress: found?.PrivateIpAddress ?? '',
      SecondaryPrivateIpAddresses: addresses
        .filter(({ Primary }) => !Primary)
        .map(({ PrivateIpAddress = '' }) => PrivateIpAddress),
      VpcId: found?.VpcId ?? '',
    };
  },

  async update(context, { physicalId: NetworkInterfaceId, properties: from }, to) {
    const { call } = context;
    if (!sameValue(from.Description, to.Description)) {
      const Description = { Value: (to.Description as string) ?? '' };
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Description });
    }
    if (to.GroupSet !== undefined && !sameValue(from.GroupSet, to.GroupSet)) {
      const Groups = [...(to.GroupSet as readonly string[])];
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups });
    }
    if (!sameValue(from.SourceDestCheck, to.SourceDestCheck)) {
      const SourceDestCheck = { Value: to.SourceDestCheck !== false };
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, SourceDestCheck });
    }
    await changeSecondaryAddresses(context, NetworkInterfaceId, from, to);
    await updateTags(context, NetworkInterfaceId, from, to);
  },

  async delete({ call }, { physicalId: NetworkInterfaceId }) {
    await call('ec2', 'DeleteNetworkInterface', { NetworkInterfaceId });
  },
};

type ListedAddress = { readonly Primary?: boolean; readonly PrivateIpAddress: string };

const listed = (addresses: Json | undefined) => (addresses ?? []) as unknown as readonly ListedAddress[];

/** An address that stands alone is the primary one, marked or not. */
function primaryOf(addresses: Json | undefined): string | undefined {
  const all = listed(addresses);
  return (all.find(({ Primary }) => Primary) ?? (all.length === 1 ? all[0] : undefined))?.PrivateIpAddress;
}

async function changeSecondaryAddresses(
  context: ResourceContext,
  NetworkInterfaceId: string,
  from: JsonObject,
  to: JsonObject,
): Promise<void> {
  const { call } = context;
  const named = ({ PrivateIpAddresses: addresses }: JsonObject) =>
    listed(addresses)
      .map(({ PrivateIpAddress }) => PrivateIpAddress)
      .filter((each) => each !== primaryOf(addresses));
  const counted = ({ SecondaryPrivateIpAddressCount: count }: JsonObject) => Number(count ?? 0);
  const [before, after] = [named(from), named(to)];
  const { NetworkInterfaces: [eni] = [] } = await call('ec2', 'DescribeNetworkInterfaces', {
    NetworkInterfaceIds: [NetworkInterfaceId],
  });
  const chosen = (eni?.PrivateIpAddresses ?? [])
    .filter(({ Primary, PrivateIpAddress = '' }) => !Primary && !before.includes(PrivateIpAddress))
    .map(({ PrivateIpAddress = '' }) => PrivateIpAddress);
  const surplus = counted(to) < counted(from) ? chosen.slice(counted(to)) : [];
  const gone = [...before.filter((each) => !after.includes(each)), ...surplus];
  const added = after.filter((each) => !before.includes(each));
  const more = Math.max(0, counted(to) - counted(from));
  if (gone.length > 0)
    await call('ec2', 'UnassignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddresses: gone });
  if (added.length > 0)
    await call('ec2', 'AssignPrivateIpAddresses', { NetworkInterfaceId, PrivateIpAddresses: added });
  if (more > 0) {
    await call('ec2', 'AssignPrivateIpAddresses', {
      NetworkInterfaceId,
      SecondaryPrivateIpAddressCount: more,
    });
  }
}

export const networkInterfaceAttachment: ResourceType = {
  name: 'AWS::EC2::NetworkInterfaceAttachment',
  properties: {
    DeleteOnTermination: { type: 'Boolean' },
    DeviceIndex: { type: 'Integer', required: true, change: 'replacement' },
    InstanceId: { type: 'String', required: true, change: 'replacement' },
    NetworkInterfaceId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: ['EnaQueueCount', 'EnaSrdSpecification'],
  attributes: ['AttachmentId'],

  async create({ call }, properties) {
    const { DeleteOnTermination, ...made } = properties;
    const { AttachmentId } = await call('ec2', 'AttachNetworkInterface', {
      DeviceIndex: properties.DeviceIndex as number,
      InstanceId: properties.InstanceId as string,
      NetworkInterfaceId: properties.NetworkInterfaceId as string,
    });
    // A template's attachment goes with its instance unless it says otherwise; the API's stays.
    const isWhole = DeleteOnTermination === false;
    return { physicalId: AttachmentId as string, made: isWhole ? properties : made };
  },

  read: async (_context, { physicalId }) => ({ AttachmentId: physicalId }),

  async update({ call }, { physicalId: AttachmentId }, { NetworkInterfaceId, DeleteOnTermination }) {
    await call('ec2', 'ModifyNetworkInterfaceAttribute', {
      NetworkInterfaceId: NetworkInterfaceId as string,
      Attachment: { AttachmentId, DeleteOnTermination: DeleteOnTermination !== false },
    });
  },

  async delete({ call }, { physicalId: AttachmentId }) {
    await call('ec2', 'DetachNetworkInterface', { AttachmentId, Force: true });
  },
};
