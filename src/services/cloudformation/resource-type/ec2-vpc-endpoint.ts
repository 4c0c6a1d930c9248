/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html */
import { asText } from '../../../aws/as-text.ts';
import type { DnsOptionsSpecification } from '../../../shapes/generated/ec2.ts';
import type { Json, JsonObject } from '../template/json.ts';
import { defaultGroups } from './ec2-default-group.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput, strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { setChange } from './sets.ts';
import { tagsOf } from './tags.ts';

const texts = (value: Json | undefined) => (value ?? []) as unknown as string[];
const policyText = (document: Json | undefined) => (document === undefined ? undefined : asText(document));

async function find({ call }: ResourceContext, id: string) {
  const { VpcEndpoints: [endpoint] = [] } = await call('ec2', 'DescribeVpcEndpoints', {
    VpcEndpointIds: [id],
  });
  return endpoint;
}

export const vpcEndpoint: ResourceType = {
  name: 'AWS::EC2::VPCEndpoint',
  properties: {
    DnsOptions: { type: ofInput('ec2', 'CreateVpcEndpoint', 'DnsOptions') },
    IpAddressType: { type: 'String' },
    PolicyDocument: { type: 'PolicyDocument' },
    PrivateDnsEnabled: { type: 'Boolean' },
    RouteTableIds: { type: strings },
    SecurityGroupIds: { type: strings },
    ServiceName: { type: 'String', change: 'replacement' },
    SubnetIds: { type: strings },
    Tags: TAGS,
    VpcEndpointType: { type: 'String', change: 'replacement' },
    VpcId: { type: 'String', required: true, change: 'replacement' },
  },
  unserved: ['ResourceConfigurationArn', 'ServiceNetworkArn', 'ServiceRegion'],
  attributes: ['CreationTimestamp', 'DnsEntries', 'Id', 'NetworkInterfaceIds'],

  async create({ call, token }, properties) {
    const isInterface = properties.VpcEndpointType === 'Interface';
    const { VpcEndpoint: made } = await call('ec2', 'CreateVpcEndpoint', {
      ClientToken: token,
      VpcId: properties.VpcId as string,
      ServiceName: properties.ServiceName as string,
      VpcEndpointType: properties.VpcEndpointType as 'Gateway' | undefined,
      PolicyDocument: policyText(properties.PolicyDocument),
      RouteTableIds: texts(properties.RouteTableIds),
      SubnetIds: texts(properties.SubnetIds),
      SecurityGroupIds: texts(properties.SecurityGroupIds),
      IpAddressType: properties.IpAddressType as 'ipv4' | undefined,
      DnsOptions: properties.DnsOptions as DnsOptionsSpecification | undefined,
      // Unlike the API, a template leaves the private name out unless it asks for it.
      PrivateDnsEnabled: isInterface ? properties.PrivateDnsEnabled === true : undefined,
      TagSpecifications: [{ ResourceType: 'vpc-endpoint', Tags: tagsOf(properties) }],
    });
    return made?.VpcEndpointId as string;
  },

  async read(ctx, { physicalId }) {
    const endpoint = await find(ctx, physicalId);
    return {
      Id: physicalId,
      CreationTimestamp: new Date(endpoint?.CreationTimestamp ?? 0).toISOString(),
      DnsEntries: (endpoint?.DnsEntries ?? []).map(
        ({ DnsName, HostedZoneId }) => `${HostedZoneId}:${DnsName}`,
      ),
      NetworkInterfaceIds: endpoint?.NetworkInterfaceIds ?? [],
    };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const { call } = ctx;
    const tables = setChange(from.RouteTableIds, to.RouteTableIds);
    const subnets = setChange(from.SubnetIds, to.SubnetIds);
    const groupsOf = async ({ SecurityGroupIds: ids }: JsonObject) =>
      to.VpcEndpointType === 'Interface' ? (ids ?? defaultGroups(call, to.VpcId as string)) : ids;
    const groups = setChange(await groupsOf(from), await groupsOf(to));
    await call('ec2', 'ModifyVpcEndpoint', {
      VpcEndpointId: physicalId,
      PolicyDocument: policyText(to.PolicyDocument),
      ResetPolicy: to.PolicyDocument === undefined || undefined,
      PrivateDnsEnabled: to.VpcEndpointType === 'Interface' ? to.PrivateDnsEnabled === true : undefined,
      AddRouteTableIds: tables.added,
      RemoveRouteTableIds: tables.removed,
      AddSubnetIds: subnets.added,
      RemoveSubnetIds: subnets.removed,
      AddSecurityGroupIds: groups.added,
      RemoveSecurityGroupIds: groups.removed,
      IpAddressType: to.IpAddressType as 'ipv4' | undefined,
      DnsOptions: to.DnsOptions as DnsOptionsSpecification | undefined,
    });
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId }) {
    await call('ec2', 'DeleteVpcEndpoints', { VpcEndpointIds: [physicalId] });
  },
};
