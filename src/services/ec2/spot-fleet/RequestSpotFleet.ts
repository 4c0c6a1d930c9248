/**
 * Asks for a Spot Fleet (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotFleet.html). Its instances are
 * launched afterwards by the service-linked role of Spot Fleet, and so it is that role whom KMS is asked for (aws-facts I29).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import { ec2 } from '../ec2.ts';
import type { FleetRecord } from '../fleet/fleet.ts';
import { namedResourceChecks } from '../fleet/fleet-checks.ts';
import { putFleet } from '../fleet/fleet-family.ts';
import { requireDistinctPools } from '../fleet/fleet-pool.ts';
import { poolsOf } from '../fleet/pools-of-fleet.ts';
import { submitFleet } from '../fleet/submit-fleet.ts';
import { UNSERVED_AT_LAUNCH } from '../instance/launch-plan.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import { requireServed } from '../resource/unserved.ts';
import { ensureServiceRole, SPOT_FLEET_ROLE, SPOT_ROLE } from '../service-role.ts';
import { spotFleetKind } from './spot-fleet.ts';
import { invalidRole, passFleetRoleCheck, specificationChecks } from './spot-fleet-checks.ts';
import { fleetOf, invalidConfig, requireConfig, withoutBlanks } from './spot-fleet-config.ts';

const ACTION = 'ec2:RequestSpotFleet';
const CONFIG = 'SpotFleetRequestConfig';

export default ec2.operation('RequestSpotFleet', {
  unserved: [
    `${CONFIG}.LoadBalancersConfig`,
    `${CONFIG}.ReplaceUnhealthyInstances`,
    [`${CONFIG}.Type`, 'maintain', 'request'],
    `${CONFIG}.LaunchSpecifications[].AddressingType`,
  ],
  async checks(context, input) {
    const asked = input.SpotFleetRequestConfig;
    const config = withoutBlanks(asked);
    requireConfig(config, context.nowMs);
    // What a launch would be refused for, is refused by its name at once.
    for (const each of config.LaunchSpecifications ?? []) requireServed(each, UNSERVED_AT_LAUNCH);
    const plan = { config, fleet: fleetOf(asked) };
    const { create, tag } = taggedCreationCheck(context, ACTION, spotFleetKind, config, plan);
    return {
      create,
      tag,
      passRole: passFleetRoleCheck(config.IamFleetRole),
      named: Object.values(
        await namedResourceChecks(context, ACTION, plan.fleet.request.LaunchTemplateConfigs, {
          mayBeMissing: false,
        }),
      ).flat(),
      specified: await specificationChecks(context, ACTION, config.LaunchSpecifications ?? []),
    };
  },

  async preconditions(context, _input, { create: { plan } }) {
    requireDistinctPools(await poolsOf(context.tx, context, plan.fleet), invalidConfig);
  },

  async calls(ctx, _input, { create: { plan } }) {
    const { config } = plan;
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'RequestSpotFleet', config))) return;
    await requireFleetRole(ctx, config.IamFleetRole);
    for (const role of [SPOT_ROLE, SPOT_FLEET_ROLE]) await ensureServiceRole(ctx, role);
  },

  async execute(context, _input, { create: { plan } }) {
    const { tx, account, region, nowMs, entropy } = context;
    const { config, tags } = plan;
    const [known] = (await idsOfToken(tx, context, 'RequestSpotFleet', config)) ?? [];
    if (known) return { SpotFleetRequestId: known };
    const fleet: FleetRecord = {
      ...plan.fleet,
      account,
      region,
      id: `${spotFleetKind.prefix}-${uuid(entropy)}`,
      tags,
      state: 'submitted',
      createdAtMs: nowMs,
      clientToken: config.ClientToken,
    };
    putFleet(tx, fleet);
    rememberToken(tx, context, 'RequestSpotFleet', config, [fleet.id]);
    await submitFleet(context, fleet);
    return { SpotFleetRequestId: fleet.id };
  },

  audit: {
    resources: (_input, output, scope) =>
      createdResources(scope, spotFleetKind.type, [output?.SpotFleetRequestId]),
  },
});

/** AWS assumes the role while it is asked, and looks at subnets with it (aws-facts I30); the launches are not the role's. */
async function requireFleetRole(ctx: CallContext, roleArn: string): Promise<void> {
  const { service, sessionName } = SPOT_FLEET_ROLE;
  const saying = (said: () => AwsError) => (error: unknown) => {
    throw error instanceof AwsError ? error.saidAs(said()) : error;
  };
  const { call } = await ctx.asRole({ roleArn, sessionName, service }).catch(saying(invalidRole));
  await call('ec2', 'DescribeSubnets', {}).catch(
    saying(() =>
      invalidConfig(
        'The provided SpotFleetRequestConfig.IamFleetRole does not have permission to call DescribeSubnet.',
      ),
    ),
  );
}
