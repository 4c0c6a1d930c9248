/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html */
import type { CreateFlowLogsRequest } from '../../../shapes/generated/ec2.ts';
import { updateTags } from './ec2-tags.ts';
import { ofInput, type Properties, TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const SETTINGS = [
  'DeliverLogsPermissionArn',
  'DestinationOptions',
  'LogDestination',
  'LogDestinationType',
  'LogFormat',
  'LogGroupName',
  'MaxAggregationInterval',
  'TrafficType',
];

const settings: Properties = Object.fromEntries(
  SETTINGS.map((name) => [name, { type: ofInput('ec2', 'CreateFlowLogs', name), change: 'replacement' }]),
);

export const flowLog: ResourceType = {
  name: 'AWS::EC2::FlowLog',
  properties: {
    ...settings,
    ResourceId: { type: 'String', required: true, change: 'replacement' },
    ResourceType: { type: 'String', required: true, change: 'replacement' },
    Tags: TAGS,
  },
  unserved: ['DeliverCrossAccountRole', 'TagFieldSpecifications'],
  attributes: ['Id'],

  async create({ call, token }, { ResourceId, Tags, ...properties }) {
    const { FlowLogIds: [id] = [] } = await call('ec2', 'CreateFlowLogs', {
      ...(properties as unknown as CreateFlowLogsRequest),
      ResourceIds: [ResourceId as string],
      ClientToken: token,
      TagSpecifications: [{ ResourceType: 'vpc-flow-log', Tags: tagsOf({ Tags: Tags ?? [] }) }],
    });
    return id as string;
  },

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  update: (ctx, { physicalId, properties: from }, to) => updateTags(ctx, physicalId, from, to),

  async delete({ call }, { physicalId }) {
    await call('ec2', 'DeleteFlowLogs', { FlowLogIds: [physicalId] });
  },
};
