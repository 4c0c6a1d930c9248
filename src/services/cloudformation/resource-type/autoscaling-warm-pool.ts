/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-warmpool.html */
import type { PutWarmPoolType } from '../../../shapes/generated/autoscaling.ts';
import type { JsonObject } from '../template/json.ts';
import { ofInput } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const UNSET = {
  InstanceReusePolicy: { ReuseOnScaleIn: false },
  MaxGroupPreparedCapacity: -1,
  MinSize: 0,
  PoolState: 'Stopped',
};

/** A pool has no name of its own: it goes by its group's. */
export const warmPool: ResourceType = {
  name: 'AWS::AutoScaling::WarmPool',
  properties: {
    AutoScalingGroupName: { type: 'String', required: true, change: 'replacement' },
    InstanceReusePolicy: { type: ofInput('autoscaling', 'PutWarmPool', 'InstanceReusePolicy') },
    MaxGroupPreparedCapacity: { type: 'Integer' },
    MinSize: { type: 'Integer' },
    PoolState: { type: 'String' },
  },
  attributes: [],
  create: (ctx, properties) => putPool(ctx, properties),
  async update(ctx, { properties: from }, to) {
    await putPool(ctx, { ...to, ...takenAway(from, to, UNSET) });
  },
  async delete({ call }, { physicalId: AutoScalingGroupName }) {
    await call('autoscaling', 'DeleteWarmPool', { AutoScalingGroupName, ForceDelete: true });
  },
  async isGone({ call }, { physicalId: AutoScalingGroupName }) {
    const { WarmPoolConfiguration } = await call('autoscaling', 'DescribeWarmPool', { AutoScalingGroupName });
    return WarmPoolConfiguration === undefined;
  },
};

async function putPool({ call }: ResourceContext, properties: JsonObject): Promise<string> {
  const request = properties as unknown as PutWarmPoolType;
  await call('autoscaling', 'PutWarmPool', request);
  return request.AutoScalingGroupName;
}
