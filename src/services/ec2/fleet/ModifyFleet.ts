/**
 * Changes how large a maintained fleet is and what it launches
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyFleet.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { ModifyFleetRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { attributeConditions } from '../resource/attribute-conditions.ts';
import { resourceCheck } from '../resource/kind.ts';
import { type FleetRecord, fleetKind, fleets } from './fleet.ts';
import { namedResourceChecks } from './fleet-checks.ts';
import { noteFleetEvent } from './fleet-history.ts';
import { poolsOf, requireDistinctPools } from './fleet-pool.ts';
import { requireConfigs, requireTarget, UNSERVED_OVERRIDES } from './fleet-request.ts';
import { reconcileFleetStep } from './fleet-steps.ts';
import { notForInstant } from './instant.ts';

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
    if (record.type !== 'maintain' || record.state !== 'active') {
      throw new AwsError(
        'FleetNotInModifiableState',
        `Fleet ${record.id} is not in a modifiable state: it must be of type maintain, and active.`,
      );
    }
    requireDistinctPools(await poolsOf(context.tx, context, configs, record.target));
  },
  async execute(context, input, { fleet: { record: fleet } }) {
    const modified: FleetRecord = {
      ...fleet,
      state: 'modifying',
      target: input.TargetCapacitySpecification ? changedTarget(fleet, input) : fleet.target,
      retryAtMs: undefined,
      request: {
        ...fleet.request,
        ...(input.LaunchTemplateConfigs?.length && { LaunchTemplateConfigs: input.LaunchTemplateConfigs }),
        ...(input.ExcessCapacityTerminationPolicy && {
          ExcessCapacityTerminationPolicy: input.ExcessCapacityTerminationPolicy,
        }),
        ...(input.Context && { Context: input.Context }),
      },
    };
    context.tx.put(fleets, modified);
    await noteFleetEvent(context, modified, { kind: 'state', subType: 'modify_in_progress' });
    const delayMs = context.ports.delays.scaled(1000);
    context.schedule(reconcileFleetStep, { fleetId: fleet.id }, { delayMs });
    return { Return: true };
  },
});

/** Condition keys tell what is changed; of the structures not what to. */
function changes(input: ModifyFleetRequest): ConditionValues {
  const {
    DryRun: _dryRun,
    FleetId: _id,
    LaunchTemplateConfigs,
    TargetCapacitySpecification,
    ...plain
  } = input;
  const structures = Object.entries({ LaunchTemplateConfigs, TargetCapacitySpecification });
  const named = [...Object.entries(plain), ...structures].filter(([, value]) => value !== undefined);
  return { ...attributeConditions(plain), 'ec2:Attribute': named.map(([name]) => name) };
}

/** Without a default type of its own, the change keeps the fleet's. */
function changedTarget({ target }: FleetRecord, { TargetCapacitySpecification: asked }: ModifyFleetRequest) {
  const changed = requireTarget({ DefaultTargetCapacityType: target.defaultType, ...asked! });
  return { ...changed, unit: changed.unit ?? target.unit };
}
