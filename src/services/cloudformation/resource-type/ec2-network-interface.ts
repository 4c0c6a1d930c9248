/**
 * A network interface, and the instance that it is attached to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterface.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkinterfaceattachment.html
 */
import type { CreateNetworkInterfaceRequest } from '../../../shapes/generated/ec2.ts';
import { sameValue } from '../template/json.ts';
import { defaultGroups } from './ec2-default-group.ts';
import { changeAddresses, primaryOf } from './ec2-interface-addresses.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput, strings, TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

export const networkInterface: ResourceType = {
  name: 'AWS::EC2::NetworkInterface',
  properties: {
    Description: { type: 'String' },
    GroupSet: { type: strings },
    InterfaceType: { type: 'String', change: 'replacement' },
    Ipv6AddressCount: { type: 'Integer' },
    Ipv6Addresses: { type: ofInput('ec2', 'CreateNetworkInterface', 'Ipv6Addresses') },
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
  unservedAttributes: ['PublicIpDnsNameOptions'],
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

  async update(ctx, { physicalId: NetworkInterfaceId, properties: from, attributes }, to) {
    const { call } = ctx;
    if (!sameValue(from.Description, to.Description)) {
      const Description = { Value: (to.Description as string) ?? '' };
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Description });
    }
    if (!sameValue(from.GroupSet, to.GroupSet)) {
      const Groups =
        (to.GroupSet as string[] | undefined) ?? (await defaultGroups(call, attributes.VpcId as string));
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, Groups });
    }
    if (!sameValue(from.SourceDestCheck, to.SourceDestCheck)) {
      const SourceDestCheck = { Value: to.SourceDestCheck !== false };
      await call('ec2', 'ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, SourceDestCheck });
    }
    await changeAddresses(call, NetworkInterfaceId, from, to);
    await updateTags(ctx, NetworkInterfaceId, from, to);
  },

  async delete({ call }, { physicalId: NetworkInterfaceId }) {
    await call('ec2', 'DeleteNetworkInterface', { NetworkInterfaceId });
  },
};

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
    const { AttachmentId } = await call('ec2', 'AttachNetworkInterface', {
      DeviceIndex: properties.DeviceIndex as number,
      InstanceId: properties.InstanceId as string,
      NetworkInterfaceId: properties.NetworkInterfaceId as string,
    });
    // A template's attachment goes with its instance unless it says otherwise; the API's stays.
    return { physicalId: AttachmentId as string, made: { ...properties, DeleteOnTermination: false } };
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
