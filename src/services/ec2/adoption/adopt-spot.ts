/** Spot requests of real accounts. In a fork what is open is tried to be fulfilled, as it goes on to be there. */
import type { Scope } from '../../../aws/scope.ts';
import { type AdoptKind, adoptedKind, recordsIn } from '../../../invoke/imported/adopted-kind.ts';
import { type Adoption, timeOf } from '../../../invoke/imported/described.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { LaunchSpecification, SpotInstanceRequest } from '../../../shapes/generated/ec2.ts';
import type { SpotLaunch, SpotRequestRecord, SpotRequestState } from '../spot/spot-request.ts';
import { spotRequests } from '../spot/spot-request.ts';
import type { SpotStatusCode } from '../spot/spot-status.ts';
import { expireRequestStep, fulfilRequestStep } from '../spot/spot-steps.ts';
import { owned, timeIfAny, type Untimed } from './owned.ts';

type DescribedRequest = Untimed<SpotInstanceRequest, 'CreateTime' | 'ValidFrom' | 'ValidUntil' | 'Status'> & {
  readonly Status?: { readonly Code?: string; readonly Message?: string; readonly UpdateTime?: unknown };
};

/** Once everything is there. */
const FIRST_LOOK_MS = 1000;

export const SPOT: readonly AdoptKind[] = [
  adoptedKind<DescribedRequest, SpotRequestRecord>(
    'ec2:DescribeSpotInstanceRequests',
    'SpotInstanceRequests',
    recordsIn(spotRequests),
    requestOf,
    ({ schedule, nowMs }, { id: spotRequestId, state, terms, validFromMs = 0, account, region }) => {
      const scope = { account, region };
      const firstMs = Math.max(nowMs + FIRST_LOOK_MS, validFromMs);
      if (state === 'open') schedule(fulfilRequestStep, { spotRequestId }, scope, firstMs);
      if (terms.validUntilMs) schedule(expireRequestStep, { spotRequestId }, scope, terms.validUntilMs);
    },
  ),
];

function requestOf(request: DescribedRequest, scope: Scope, { entropy }: Adoption): SpotRequestRecord {
  const { LaunchSpecification: specification = {}, InstanceId, Status, Fault } = request;
  const state = (request.State ?? 'closed') as SpotRequestState;
  return {
    ...owned(scope, request.SpotInstanceRequestId, request.Tags),
    terms: {
      type: request.Type === 'persistent' ? 'persistent' : 'one-time',
      interruption: (request.InstanceInterruptionBehavior ??
        'terminate') as SpotRequestRecord['terms']['interruption'],
      price: request.SpotPrice ?? '',
      validUntilMs: timeIfAny(request.ValidUntil),
    },
    state,
    status: {
      code: (Status?.Code ?? '') as SpotStatusCode,
      message: Status?.Message ?? '',
      updatedAtMs: timeOf(Status?.UpdateTime),
    },
    ...(Fault?.Code && { fault: { code: Fault.Code, message: Fault.Message ?? '' } }),
    createdAtMs: timeOf(request.CreateTime),
    validFromMs: timeIfAny(request.ValidFrom),
    zoneGroup: request.AvailabilityZoneGroup,
    isWindows: request.ProductDescription === 'Windows',
    specification,
    launch: launchOf(specification),
    ...(state === 'open' && { launchToken: uuid(entropy) }),
    instanceId: InstanceId,
    launchedZone: request.LaunchedAvailabilityZone,
    launchedZoneId: request.LaunchedAvailabilityZoneId,
  };
}

/** What the request shows, as it was asked for; user data is not read. */
function launchOf({ SecurityGroups: groups = [], ...specification }: LaunchSpecification): SpotLaunch {
  const { AddressingType: _addressing, NetworkInterfaces, ...launch } = specification;
  const SecurityGroupIds = groups.flatMap(({ GroupId }) => GroupId ?? []);
  return {
    ...(launch as SpotLaunch),
    ...(NetworkInterfaces?.length ? { NetworkInterfaces } : { SecurityGroupIds }),
  } as SpotLaunch;
}
