/**
 * Makes a fleet of On-Demand and Spot Instances (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html).
 * An instant one launches within the call, with the caller's rights, and says in its reply what could not be launched and
 * why; the others are launched and maintained afterwards, by the fleet's service-linked role.
 */
import type { CallContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { CreateFleetRequest, CreateFleetResult, Instance } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { requireResource } from '../resource/kind.ts';
import { creationChecks, specifiedTags } from '../resource/tag.ts';
import { ensureServiceRole, FLEET_ROLE } from '../service-role.ts';
import { type FleetRecord, fleetKind, fleets } from './fleet.ts';
import { namedResourceChecks } from './fleet-checks.ts';
import { failureOf, type Launched, launchCapacity, showLaunch, showRefusal } from './fleet-launch.ts';
import { addMembers } from './fleet-member.ts';
import { requireDistinctPools } from './fleet-pool.ts';
import { requireConfigs, requireFleetType, requireTarget, UNSERVED_OVERRIDES } from './fleet-request.ts';
import { poolsOf } from './pools-of-fleet.ts';
import { submitFleet } from './submit-fleet.ts';
import { templatePools } from './template-pools.ts';

const ACTION = 'ec2:CreateFleet';
const LAUNCHED = ['instance', 'network-interface', 'volume', 'spot-instances-request'] as const;

export default ec2.operation('CreateFleet', {
  unserved: [...UNSERVED_OVERRIDES, 'OnDemandOptions.CapacityReservationOptions', 'ReservedCapacityOptions'],
  async checks(context, input) {
    const type = requireFleetType(input);
    const target = requireTarget(input.TargetCapacitySpecification);
    requireConfigs(input.LaunchTemplateConfigs);
    const tags = specifiedTags(input.TagSpecifications, ['fleet', ...(type === 'instant' ? LAUNCHED : [])]);
    const [create, tag] = creationChecks(context, ACTION, 'fleet', tags.get('fleet') ?? []);
    const [instance] = creationChecks(context, ACTION, 'instance', tags.get('instance') ?? []);
    const [volume] = creationChecks(context, ACTION, 'volume', tags.get('volume') ?? []);
    return {
      fleet: { ...create!, plan: { type, target, tags: tags.get('fleet') ?? [] } },
      tag,
      instance,
      volume: tags.has('volume') ? volume : undefined,
      ...(await namedResourceChecks(context, ACTION, input.LaunchTemplateConfigs, {
        mayBeMissing: type === 'instant',
      })),
    };
  },
  async preconditions(context, { LaunchTemplateConfigs: configs }, { fleet: { plan } }) {
    requireDistinctPools(await templatePools(context.tx, context, configs, plan.target));
  },

  async calls(ctx, input, { fleet: { plan } }) {
    if (await ctx.read((tx) => idsOfToken(tx, ctx, 'CreateFleet', input))) return undefined;
    const fleet = newFleet(ctx, input, plan);
    if (plan.type === 'instant') return { fleet, launched: await launchAtOnce(ctx, fleet, input) };
    await ensureServiceRole(ctx, FLEET_ROLE);
    return { fleet, launched: { launches: [], refusals: [] } };
  },

  async execute(context, input, _verdicts, prepared) {
    const [known] = (await idsOfToken(context.tx, context, 'CreateFleet', input)) ?? [];
    if (known || !prepared) {
      return showCreated(await requireResource(context.tx, fleetKind, context, known ?? ''));
    }
    const { fleet, launched } = prepared;
    const made: FleetRecord = {
      ...fleet,
      launched: launched.launches.map(showLaunch),
      errors: launched.refusals.map(showRefusal),
      failure: failureOf(launched),
    };
    context.tx.put(fleets, made);
    rememberToken(context.tx, context, 'CreateFleet', input, [made.id]);
    if (made.type === 'instant') await addMembers(context, made, launched.launches);
    else await submitFleet(context, made);
    return showCreated(made);
  },

  audit: {
    resources: (_input, output, scope) => createdResources(scope, 'fleet', [output?.FleetId]),
  },
});

const showCreated = ({ id, type, errors, launched }: FleetRecord): CreateFleetResult =>
  type === 'instant'
    ? { FleetId: id, Errors: [...(errors ?? [])], Instances: [...(launched ?? [])] }
    : { FleetId: id };

function newFleet(
  ctx: CallContext,
  input: CreateFleetRequest,
  plan: Pick<FleetRecord, 'tags' | 'target' | 'type'>,
): FleetRecord {
  const { account, region, nowMs } = ctx;
  const {
    ClientToken: clientToken,
    TagSpecifications: _tags,
    TargetCapacitySpecification: _target,
    Type: _type,
    ReservedCapacityOptions: _reserved,
    ...request
  } = input;
  return {
    ...plan,
    account,
    region,
    id: `${fleetKind.prefix}-${uuid(ctx.entropy)}`,
    state: plan.type === 'instant' ? 'active' : 'submitted',
    createdAtMs: nowMs,
    clientToken,
    request,
  };
}

/** What comes short of the least that was asked for is given back at once. */
async function launchAtOnce(
  ctx: CallContext,
  fleet: FleetRecord,
  { TagSpecifications }: CreateFleetRequest,
): Promise<Launched> {
  const { request, target } = fleet;
  const pools = await ctx.read((tx) => poolsOf(tx, ctx, fleet));
  const wanted = { 'on-demand': target.onDemand, spot: target.spot };
  const launched = await launchCapacity(ctx.call, fleet, pools, wanted, { tags: TagSpecifications });
  const least = {
    'on-demand': request.OnDemandOptions?.MinTargetCapacity ?? 0,
    spot: request.SpotOptions?.MinTargetCapacity ?? 0,
  };
  const reached = { 'on-demand': 0, spot: 0 };
  for (const { pool, lifecycle, instances } of launched.launches)
    reached[lifecycle] += pool.weight * instances.length;
  if (reached['on-demand'] >= least['on-demand'] && reached.spot >= least.spot) return launched;
  const InstanceIds = launched.launches.flatMap(({ instances }) => instances.map(idOf));
  if (InstanceIds.length > 0) {
    const options = { invokedBy: FLEET_ROLE.service };
    await ctx.call('ec2', 'TerminateInstances', { InstanceIds }, options);
  }
  return { ...launched, launches: [] };
}

const idOf = ({ InstanceId: id }: Instance): string => id as string;
