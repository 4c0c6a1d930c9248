/**
 * Launches instances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html). For each encrypted
 * volume EC2 asks KMS, in the caller's name, for a data key and for a grant to the instance. What KMS refuses is not
 * shown in the reply: the instance is `pending`, then terminated (aws-facts B2, C2).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { scheduleRetirement } from '../encryption/retire-grants.ts';
import { passProfileCheck } from '../instance-profile/instance-profile.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { findResource, newId } from '../resource/kind.ts';
import { ensureServiceRole, SPOT_ROLE } from '../service-role.ts';
import { requireStandardTier } from '../snapshot/storage-tier.ts';
import { fulfilledRequest } from '../spot/fulfilled-request.ts';
import { requireMetPrice } from '../spot/spot-terms.ts';
import { giveUpBlocks } from '../volume/announced-blocks.ts';
import { instanceKind } from './instance.ts';
import { copiedVolumes, grantsOf, prepareInstances, putInstance } from './launch.ts';
import {
  instanceChecks,
  namedSnapshotChecks,
  networkInterfaceChecks,
  spotRequestChecks,
  usedResourceChecks,
  volumeChecks,
} from './launch-checks.ts';
import { planLaunch, requireCapacity, UNSERVED_AT_LAUNCH } from './launch-plan.ts';
import { requireEnforcedTokens } from './metadata-options.ts';
import { showReservation } from './reservation.ts';

const IMDS_V1_LAUNCH =
  "You can't launch instances with IMDSv1 because httpTokensEnforced is enabled for this account. Either launch the instance with " +
  'httpTokens=required or contact your account owner to disable httpTokensEnforced using the ModifyInstanceMetadataDefaults API or ' +
  'the account settings in the EC2 console.';

export default ec2.operation('RunInstances', {
  unserved: UNSERVED_AT_LAUNCH,
  async checks(context, input) {
    const plan = await planLaunch(context, input);
    const [instance, tagInstance] = instanceChecks(context, input, plan);
    return {
      instance: { ...instance!, plan },
      tagInstance,
      networkInterface: await networkInterfaceChecks(context, input, plan),
      volumes: volumeChecks(context, input, plan),
      snapshots: await namedSnapshotChecks(context, plan),
      spotRequest: spotRequestChecks(context, plan),
      ...(await usedResourceChecks(context, input, plan)),
      passRole: passProfileCheck(context, plan.profile),
    };
  },

  async preconditions(context, input, { instance: { plan }, snapshots }) {
    for (const { record } of snapshots) requireStandardTier(record);
    await requireEnforcedTokens(context.tx, context, plan.metadataOptions, IMDS_V1_LAUNCH);
    await requireCapacity(context, plan);
    if (plan.spot) requireMetPrice(plan.spot, plan.type.name, plan.network.subnet.zone);
    for (const id of (await idsOfToken(context.tx, context, 'RunInstances', input)) ?? []) {
      const made = await findResource(context.tx, instanceKind, context, id);
      if (made && made.state !== 'terminated') continue;
      throw new AwsError(
        'IdempotentInstanceTerminated',
        `The client token you have provided is associated with an instance that is terminated: ${id}. Please use a different client token.`,
      );
    }
  },

  async calls(ctx, input, { instance }) {
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'RunInstances', input))) return undefined;
    if (instance.plan.spot) await ensureServiceRole(ctx, SPOT_ROLE);
    return prepareInstances(ctx, instance.plan);
  },

  async execute(context, input, { instance }, prepared) {
    const made = await idsOfToken(context.tx, context, 'RunInstances', input);
    if (made || !prepared) {
      // The same token came twice at one time: what was asked for the second is not needed.
      scheduleRetirement(context, grantsOf(prepared ?? []), 0);
      giveUpBlocks(context, copiedVolumes(prepared ?? []));
      return showReservation(context.tx, context, made ?? []);
    }
    const reservationId = newId(context.entropy, 'r');
    for (const [launchIndex, each] of prepared.entries()) {
      const spotRequestId = await fulfilledRequest(context, instance.plan, each.instanceId);
      await putInstance(context, instance.plan, each, { reservationId, launchIndex, spotRequestId });
    }
    const ids = prepared.map(({ instanceId }) => instanceId);
    rememberToken(context.tx, context, 'RunInstances', input, ids);
    return showReservation(context.tx, context, ids);
  },

  audit: {
    resources: (_input, output, scope) =>
      createdResources(
        scope,
        instanceKind.type,
        output?.Instances?.map(({ InstanceId }) => InstanceId) ?? [],
      ),
  },
});
