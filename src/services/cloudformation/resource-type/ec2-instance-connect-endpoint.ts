/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instanceconnectendpoint.html */
import type { Ec2InstanceConnectEndpoint } from '../../../shapes/generated/ec2.ts';
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { notStabilized } from './failure.ts';
import { strings, TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

async function find({ call }: ResourceContext, id: string): Promise<Ec2InstanceConnectEndpoint | undefined> {
  const Filters = [{ Name: 'instance-connect-endpoint-id', Values: [id] }];
  const { InstanceConnectEndpoints: [found] = [] } = await call('ec2', 'DescribeInstanceConnectEndpoints', {
    Filters,
  });
  return found;
}

export const instanceConnectEndpoint: ResourceType = {
  name: 'AWS::EC2::InstanceConnectEndpoint',
  properties: {
    ClientToken: { type: 'String', change: 'replacement' },
    PreserveClientIp: { type: 'Boolean', change: 'replacement' },
    SecurityGroupIds: { type: strings, change: 'replacement' },
    SubnetId: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
  },
  attributes: [
    'AvailabilityZone',
    'AvailabilityZoneId',
    'CreatedAt',
    'Id',
    'InstanceConnectEndpointArn',
    'NetworkInterfaceIds',
    'OwnerId',
    'PublicDnsNames',
    'State',
    'StateMessage',
    'VpcId',
  ],

  async create({ call, token }, properties) {
    const { InstanceConnectEndpoint: made } = await call('ec2', 'CreateInstanceConnectEndpoint', {
      SubnetId: properties.SubnetId as string,
      SecurityGroupIds: properties.SecurityGroupIds as string[] | undefined,
      PreserveClientIp: properties.PreserveClientIp as boolean | undefined,
      ClientToken: (properties.ClientToken as string) ?? token,
      TagSpecifications: [{ ResourceType: 'instance-connect-endpoint', Tags: tagsOf(properties) }],
    });
    return made?.InstanceConnectEndpointId as string;
  },

  async read(ctx, { physicalId }) {
    const endpoint = await find(ctx, physicalId);
    if (endpoint?.State === 'create-failed') {
      throw notStabilized('AWS::EC2::InstanceConnectEndpoint', physicalId);
    }
    if (endpoint?.State !== 'create-complete') return undefined;
    const { InstanceConnectEndpointId: Id = physicalId, CreatedAt = 0, ...rest } = endpoint;
    return { ...(rest as JsonObject), Id, CreatedAt: new Date(CreatedAt).toISOString() };
  },

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId: InstanceConnectEndpointId }) {
    await call('ec2', 'DeleteInstanceConnectEndpoint', { InstanceConnectEndpointId });
  },

  async isGone(ctx, { physicalId }) {
    const { State: state = 'delete-complete' } = (await find(ctx, physicalId)) ?? {};
    return state === 'delete-complete';
  },
};
