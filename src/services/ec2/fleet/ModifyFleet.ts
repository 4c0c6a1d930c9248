/**
 * Changes how large a maintained fleet is and what it launches
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyFleet.html).
 */
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { ModifyFleetRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { type FleetRecord, fleetKind } from './fleet.ts';
import { namedResourceChecks } from './fleet-checks.ts';
import { requireDistinctPools } from './fleet-pool.ts';
import { requireConfigs, requireTarget, UNSERVED_OVERRIDES } from './fleet-request.ts';
import { notForInstant } from './instant.ts';
import { changeConditions, modifyFleet, requireModifiable } from './modify-fleet.ts';
import { templatePools } from './template-pools.ts';

const ACTION = 'ec2:ModifyFleet';

export default ec2.operation('ModifyFleet', {
  unserved: UNSERVED_OVERRIDES,
  async checks(context, input) {
    if (input.LaunchTemplateConfigs) requireConfigs(input.LaunchTemplateConfigs);
    return {
      fleet: await resourceCheck(context, fleetKind, ACTION, input.FleetId, () => changes(input)),
      ...(await namedResourceChecks(context, ACTION, input.LaunchTemplateConfigs ?? [], {
        mayBeMissing: false,
      })),
    };
  },
  async preconditions(context, { LaunchTemplateConfigs: configs = [] }, { fleet: { record } }) {
    notForInstant(record, 'Modify fleet');
    requireModifiable(record);
    requireDistinctPools(await templatePools(context.tx, context, configs, record.target));
  },
  async execute(context, input, { fleet: { record: fleet } }) {
    await modifyFleet(context, {
      ...fleet,
      target: input.TargetCapacitySpecification ? changedTarget(fleet, input) : fleet.target,
      request: {
        ...fleet.request,
        ...(input.LaunchTemplateConfigs?.length && { LaunchTemplateConfigs: input.LaunchTemplateConfigs }),
        ...(input.ExcessCapacityTerminationPolicy && {
          ExcessCapacityTerminationPolicy: input.ExcessCapacityTerminationPolicy,
        }),
        ...(input.Context && { Context: input.Context }),
      },
    });
    return { Return: true };
  },
});

function changes(input: ModifyFleetRequest): ConditionValues {
  const { FleetId: _id, LaunchTemplateConfigs, TargetCapacitySpecification, ...plain } = input;
  return changeConditions(plain, { LaunchTemplateConfigs, TargetCapacitySpecification });
}

/** Without a default type of its own, the change keeps the fleet's. */
function changedTarget({ target }: FleetRecord, { TargetCapacitySpecification: asked }: ModifyFleetRequest) {
  const { defaultType, unit } = target;
  return requireTarget({ DefaultTargetCapacityType: defaultType, TargetCapacityUnitType: unit, ...asked! });
}
