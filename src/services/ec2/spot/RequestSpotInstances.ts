/**
 * Asks for Spot Instances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html). The reply
 * shows requests that are `open`; EC2 launches their instances afterwards, as the Spot service-linked role, and so it is that
 * role whom KMS is asked for (aws-facts I16).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { RequestSpotInstancesRequest, RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { namedSnapshotChecks, usedResourceChecks } from '../instance/launch-checks.ts';
import { planLaunch } from '../instance/launch-plan.ts';
import { passProfileCheck } from '../instance-profile/instance-profile.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { newId, requireResource } from '../resource/kind.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import { ensureServiceRole, SPOT_ROLE } from '../service-role.ts';
import { specificationOf } from './fulfilled-request.ts';
import {
  type SpotRequestRecord,
  showSpotRequest,
  spotLaunch,
  spotRequestKind,
  spotRequests,
} from './spot-request.ts';
import { spotStatus } from './spot-status.ts';
import { fulfilRequestStep, scheduleExpiry } from './spot-steps.ts';
import { requireSpotTerms } from './spot-terms.ts';

const ACTION = 'ec2:RequestSpotInstances';
/** What AWS gives a request that names no end. */
const VALIDITY_MS = 7 * DAY_MS;

export default ec2.operation('RequestSpotInstances', {
  unserved: [
    'LaunchGroup',
    'LaunchSpecification.AddressingType',
    'LaunchSpecification.BlockDeviceMappings[].Ebs.EbsCardIndex',
    'LaunchSpecification.BlockDeviceMappings[].Ebs.OutpostArn',
    'LaunchSpecification.KernelId',
    'LaunchSpecification.NetworkInterfaces[].Ipv6Addresses[].IsPrimaryIpv6',
    ['LaunchSpecification.Placement.Tenancy', 'default', 'dedicated'],
    'LaunchSpecification.RamdiskId',
  ],
  async checks(context, input) {
    const plan = await planLaunch(context, launchOf(input));
    const terms = termsOf(context, input, plan.type.name);
    const { create, tag } = taggedCreationCheck(context, ACTION, spotRequestKind, input, { plan, terms });
    return {
      create,
      tag,
      snapshots: await namedSnapshotChecks(context, plan, ACTION),
      ...(await usedResourceChecks(context, plan.input, plan, ACTION)),
      passRole: passProfileCheck(context, plan.profile),
    };
  },

  async calls(ctx) {
    await ensureServiceRole(ctx, SPOT_ROLE);
  },

  async execute(context, input, { create: { plan: planned } }) {
    const { tx, account, region, nowMs, entropy } = context;
    const known = await idsOfToken(tx, context, 'RequestSpotInstances', input);
    if (known) {
      const found = await Promise.all(known.map((id) => requireResource(tx, spotRequestKind, context, id)));
      return { SpotInstanceRequests: found.map(showSpotRequest) };
    }
    const { plan, terms, tags } = planned;
    const { ValidFrom: validFromMs, AvailabilityZoneGroup: zoneGroup } = input;
    const delayMs = validFromMs === undefined ? 0 : Math.max(0, validFromMs - nowMs);
    const requests = Array.from(
      { length: input.InstanceCount ?? 1 },
      (): SpotRequestRecord => ({
        account,
        region,
        id: newId(entropy, spotRequestKind.prefix),
        tags,
        terms: { ...terms, validUntilMs: terms.validUntilMs ?? nowMs + VALIDITY_MS },
        state: 'open',
        status: spotStatus(delayMs > 0 ? 'not-scheduled-yet' : 'pending-evaluation', nowMs),
        createdAtMs: nowMs,
        validFromMs,
        zoneGroup,
        isWindows: plan.image.platform === 'windows',
        specification: specificationOf(plan),
        launch: spotLaunch(plan),
        launchToken: uuid(entropy),
      }),
    );
    for (const request of requests) {
      tx.put(spotRequests, request);
      scheduleExpiry(context, request);
      const evaluationMs = context.ports.delays.scaled(2000);
      context.schedule(fulfilRequestStep, { spotRequestId: request.id }, { delayMs: delayMs + evaluationMs });
    }
    rememberToken(
      tx,
      context,
      'RequestSpotInstances',
      input,
      requests.map(({ id }) => id),
    );
    return { SpotInstanceRequests: requests.map(showSpotRequest) };
  },

  audit: {
    resources: (_input, output, scope) =>
      createdResources(
        scope,
        spotRequestKind.type,
        output?.SpotInstanceRequests?.map(({ SpotInstanceRequestId: id }) => id) ?? [],
      ),
  },
});

const MAX_INSTANCES = 1000;

/** The specification as the launch that it stands for. */
function launchOf({
  LaunchSpecification: specification,
  InstanceCount: count = 1,
  InstanceInterruptionBehavior: interruption,
}: RequestSpotInstancesRequest): RunInstancesRequest {
  if (!specification) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter LaunchSpecification');
  }
  if (count < 1) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${count}) for parameter instanceCount is invalid. At least one instance must be requested.`,
    );
  }
  if (count > MAX_INSTANCES) {
    throw new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  }
  const { AddressingType, ...launch } = specification;
  const Monitoring = launch.Monitoring && { Enabled: launch.Monitoring.Enabled ?? false };
  const HibernationOptions = interruption === 'hibernate' ? { Configured: true } : undefined;
  return {
    ...(launch as Partial<RunInstancesRequest>),
    Monitoring,
    HibernationOptions,
    MinCount: 1,
    MaxCount: 1,
  };
}

function termsOf({ nowMs }: ResolveContext, input: RequestSpotInstancesRequest, instanceType: string) {
  const { ValidFrom: validFromMs, ValidUntil: validUntilMs } = input;
  if (validFromMs !== undefined && validUntilMs !== undefined && validFromMs >= validUntilMs) {
    throw new AwsError('InvalidTime', 'validUntil must be later than validFrom.');
  }
  return requireSpotTerms(
    {
      type: input.Type,
      interruption: input.InstanceInterruptionBehavior,
      price: input.SpotPrice,
      validUntilMs,
      blockDurationMinutes: input.BlockDurationMinutes,
    },
    { instanceType, nowMs, priceName: 'spotPrice' },
  );
}
