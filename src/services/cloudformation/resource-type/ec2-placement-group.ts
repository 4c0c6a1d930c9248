/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-placementgroup.html */
import type { CreatePlacementGroupRequest } from '../../../shapes/generated/ec2.ts';
import { TAGS } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const MAX_NAME_LENGTH = 255;

export const placementGroup: ResourceType = {
  name: 'AWS::EC2::PlacementGroup',
  properties: {
    PartitionCount: { type: 'Integer', change: 'replacement' },
    SpreadLevel: { type: 'String', change: 'replacement' },
    Strategy: { type: 'String', change: 'replacement' },
    Tags: { ...TAGS, change: 'replacement' },
  },
  unserved: ['ParentGroupId'],
  attributes: ['GroupId', 'GroupName'],

  async create({ call, physicalName }, { Tags, ...properties }) {
    const GroupName = physicalName(MAX_NAME_LENGTH);
    await call('ec2', 'CreatePlacementGroup', {
      ...(properties as unknown as CreatePlacementGroupRequest),
      GroupName,
      TagSpecifications: [{ ResourceType: 'placement-group', Tags: tagsOf({ Tags: Tags ?? [] }) }],
    });
    return GroupName;
  },

  async read({ call }, { physicalId }) {
    const { PlacementGroups: [group] = [] } = await call('ec2', 'DescribePlacementGroups', {
      GroupNames: [physicalId],
    });
    return { GroupId: group?.GroupId ?? '', GroupName: physicalId };
  },

  async delete({ call }, { physicalId: GroupName }) {
    await call('ec2', 'DeletePlacementGroup', { GroupName });
  },
};
