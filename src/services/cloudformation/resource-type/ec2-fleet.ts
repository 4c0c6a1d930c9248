/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-ec2fleet.html */
import type { CreateFleetRequest, ModifyFleetRequest } from '../../../shapes/generated/ec2.ts';
import { notStabilized } from './failure.ts';
import { ofInput } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const ofCreate = (member: string) => ofInput('ec2', 'CreateFleet', member);

async function find({ call }: ResourceContext, id: string) {
  const { Fleets: [fleet] = [] } = await call('ec2', 'DescribeFleets', { FleetIds: [id] });
  return fleet;
}

export const ec2Fleet: ResourceType = {
  name: 'AWS::EC2::EC2Fleet',
  properties: {
    Context: { type: 'String' },
    ExcessCapacityTerminationPolicy: { type: 'String' },
    LaunchTemplateConfigs: { type: ofCreate('LaunchTemplateConfigs'), required: true, change: 'replacement' },
    OnDemandOptions: { type: ofCreate('OnDemandOptions'), change: 'replacement' },
    ReplaceUnhealthyInstances: { type: 'Boolean', change: 'replacement' },
    SpotOptions: { type: ofCreate('SpotOptions'), change: 'replacement' },
    TagSpecifications: { type: ofCreate('TagSpecifications'), change: 'replacement' },
    TargetCapacitySpecification: { type: ofCreate('TargetCapacitySpecification'), required: true },
    TerminateInstancesWithExpiration: { type: 'Boolean', change: 'replacement' },
    Type: { type: 'String', change: 'replacement' },
    ValidFrom: { type: 'String', change: 'replacement' },
    ValidUntil: { type: 'String', change: 'replacement' },
  },
  unserved: ['ReservedCapacityOptions'],
  attributes: ['FleetId'],

  async create({ call, token }, properties) {
    const { FleetId } = await call('ec2', 'CreateFleet', {
      ...(properties as unknown as CreateFleetRequest),
      ClientToken: token,
    });
    return FleetId as string;
  },

  async read(ctx, { physicalId }) {
    const fleet = await find(ctx, physicalId);
    if (fleet?.FleetState === 'failed') throw notStabilized('AWS::EC2::EC2Fleet', physicalId);
    return fleet?.FleetState === 'active' ? { FleetId: physicalId } : undefined;
  },

  async update({ call }, { physicalId: FleetId, properties: from }, to) {
    const { Context, ExcessCapacityTerminationPolicy, TargetCapacitySpecification } = to;
    const changed = { Context, ExcessCapacityTerminationPolicy, TargetCapacitySpecification };
    const dropped = takenAway(from, to, { ExcessCapacityTerminationPolicy: 'termination' });
    await call('ec2', 'ModifyFleet', { ...(changed as unknown as ModifyFleetRequest), ...dropped, FleetId });
  },

  async delete({ call }, { physicalId }) {
    await call('ec2', 'DeleteFleets', { FleetIds: [physicalId], TerminateInstances: true });
  },

  async isGone(ctx, { physicalId }) {
    return (await find(ctx, physicalId))?.FleetState === 'deleted';
  },
};
