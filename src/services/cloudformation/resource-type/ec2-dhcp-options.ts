/**
 * A set of DHCP options, and the VPC that uses it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-dhcpoptions.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcdhcpoptionsassociation.html
 */
import { isScalar, type JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { type Property, strings, TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

/** By property: the option's name in the API. */
const OPTIONS: Readonly<Record<string, string>> = {
  DomainName: 'domain-name',
  DomainNameServers: 'domain-name-servers',
  Ipv6AddressPreferredLeaseTime: 'ipv6-address-preferred-lease-time',
  NetbiosNameServers: 'netbios-name-servers',
  NetbiosNodeType: 'netbios-node-type',
  NtpServers: 'ntp-servers',
};

const TEXT: Property = { type: 'String', change: 'replacement' };
const SERVERS: Property = { type: strings, change: 'replacement' };

const configurationsOf = (properties: JsonObject) =>
  Object.entries(OPTIONS).flatMap(([property, Key]) => {
    const value = properties[property];
    if (value === undefined) return [];
    return [{ Key, Values: isScalar(value) ? [String(value)] : (value as unknown as string[]) }];
  });

export const dhcpOptions: ResourceType = {
  name: 'AWS::EC2::DHCPOptions',
  properties: {
    DomainName: TEXT,
    DomainNameServers: SERVERS,
    Ipv6AddressPreferredLeaseTime: { type: 'Integer', change: 'replacement' },
    NetbiosNameServers: SERVERS,
    NetbiosNodeType: { type: 'Integer', change: 'replacement' },
    NtpServers: SERVERS,
    Tags: TAGS,
  },
  attributes: ['DhcpOptionsId'],

  async create({ call }, properties) {
    const { DhcpOptions: made } = await call('ec2', 'CreateDhcpOptions', {
      DhcpConfigurations: configurationsOf(properties),
      TagSpecifications: [{ ResourceType: 'dhcp-options', Tags: tagsOf(properties) }],
    });
    return made?.DhcpOptionsId as string;
  },

  read: async (_context, { physicalId }) => ({ DhcpOptionsId: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: DhcpOptionsId }) {
    await call('ec2', 'DeleteDhcpOptions', { DhcpOptionsId });
  },
};

const ids = ({ DhcpOptionsId, VpcId }: JsonObject) => ({
  DhcpOptionsId: DhcpOptionsId as string,
  VpcId: VpcId as string,
});

export const vpcDhcpOptionsAssociation: ResourceType = {
  name: 'AWS::EC2::VPCDHCPOptionsAssociation',
  properties: {
    DhcpOptionsId: { type: 'String', required: true, change: 'replacement' },
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: [],

  async create({ call }, properties) {
    await call('ec2', 'AssociateDhcpOptions', ids(properties));
    return `${properties.DhcpOptionsId}|${properties.VpcId}`;
  },

  /** There is no call that takes a set away from a VPC: it gets the empty one, unless it has another by now. */
  async delete({ call }, { properties }) {
    const { DhcpOptionsId, VpcId } = ids(properties);
    const { Vpcs: [vpc] = [] } = await call('ec2', 'DescribeVpcs', { VpcIds: [VpcId] });
    if (vpc?.DhcpOptionsId !== DhcpOptionsId) return;
    await call('ec2', 'AssociateDhcpOptions', { DhcpOptionsId: 'default', VpcId });
  },
};
