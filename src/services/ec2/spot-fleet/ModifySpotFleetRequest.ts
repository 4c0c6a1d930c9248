/**
 * Changes how large a maintained Spot Fleet is and what it launches
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySpotFleetRequest.html).
 */
import type {
  ModifySpotFleetRequestRequest,
  SpotFleetRequestConfigData,
} from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import type { FleetRecord } from '../fleet/fleet.ts';
import { namedResourceChecks } from '../fleet/fleet-checks.ts';
import { requireDistinctPools } from '../fleet/fleet-pool.ts';
import { changeConditions, modifyFleet, requireModifiable } from '../fleet/modify-fleet.ts';
import { poolsOf } from '../fleet/pools-of-fleet.ts';
import { resourceCheck } from '../resource/kind.ts';
import { spotFleetKind } from './spot-fleet.ts';
import { fleetOf, invalidConfig, requireConfig, withoutBlanks } from './spot-fleet-config.ts';

const ACTION = 'ec2:ModifySpotFleetRequest';

export default ec2.operation('ModifySpotFleetRequest', {
  async checks(context, input) {
    const { SpotFleetRequestId: id, LaunchTemplateConfigs, ...plain } = input;
    const changes = () => changeConditions(plain, { LaunchTemplateConfigs });
    const overrides = fleetOf({ IamFleetRole: '', TargetCapacity: 0, LaunchTemplateConfigs });
    return {
      fleet: await resourceCheck(context, spotFleetKind, ACTION, id, changes),
      ...(await namedResourceChecks(context, ACTION, overrides.request.LaunchTemplateConfigs, {
        mayBeMissing: false,
      })),
    };
  },
  async preconditions(context, input, { fleet: { record } }) {
    requireModifiable(record);
    if (input.LaunchTemplateConfigs?.length && record.config?.LaunchSpecifications?.length) {
      throw invalidConfig(
        'LaunchTemplateConfigs cannot be specified for a request of launch specifications.',
      );
    }
    const changed = changedConfig(record, input);
    requireConfig(withoutBlanks(changed), context.nowMs);
    requireDistinctPools(await poolsOf(context.tx, context, fleetOf(changed)), invalidConfig);
  },
  async execute(context, input, { fleet: { record } }) {
    await modifyFleet(context, { ...record, ...fleetOf(changedConfig(record, input)) });
    return { Return: true };
  },
});

function changedConfig(
  { config }: FleetRecord,
  input: ModifySpotFleetRequestRequest,
): SpotFleetRequestConfigData {
  const { SpotFleetRequestId: _id, LaunchTemplateConfigs, ...plain } = withoutBlanks(input);
  return { ...config!, ...plain, ...(LaunchTemplateConfigs?.length && { LaunchTemplateConfigs }) };
}
