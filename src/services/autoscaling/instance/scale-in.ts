/**
 * Which instance goes when a group shrinks
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html): one of the zone
 * that is no longer the group's, or that has the most, chosen by its termination policies in order, and never a
 * protected one.
 */
import { notServed, validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';
import { overridesOf } from '../group/mixed-policy.ts';
import { capacityOf, type Market } from './allocation.ts';
import type { InstanceRecord } from './instance.ts';

export const TERMINATION_POLICIES = [
  'AllocationStrategy',
  'ClosestToNextInstanceHour',
  'Default',
  'NewestInstance',
  'OldestInstance',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
] as const;

type TerminationPolicy = (typeof TERMINATION_POLICIES)[number];

export function requireTerminationPolicies(names: readonly string[] = []): void {
  const unknown = names.filter((name) => !(TERMINATION_POLICIES as readonly string[]).includes(name));
  if (unknown.length === 0) return;
  if (unknown.some((name) => name.includes(':lambda:'))) throw notServed('termination policies of Lambda');
  throw validationError(
    `Following termination policies are not supported: [${unknown.join(', ')}]. ` +
      `Supported termination policies are: [${TERMINATION_POLICIES.join(', ')}].`,
  );
}

export interface ScaleInFacts {
  readonly group: GroupRecord;
  readonly nowMs: number;
  /** When each launch configuration was made. */
  readonly configurationCreatedAtMs: ReadonlyMap<string, number>;
  /** On demand or Spot, whichever a mixed instances policy wants less of. */
  readonly excessMarket?: Market;
}

/** An instance's place in the order of a policy: the lowest goes first; undefined where the policy says nothing of it. */
type Rank = (instance: InstanceRecord, facts: ScaleInFacts) => number | undefined;

const HOUR_MS = 3_600_000;
/** More than a policy has types. */
const EXCESS = 1_000_000;

const RANKS: Readonly<Record<Exclude<TerminationPolicy, 'Default'>, Rank>> = {
  OldestInstance: ({ launchedAtMs }) => launchedAtMs,
  NewestInstance: ({ launchedAtMs }) => -launchedAtMs,
  OldestLaunchConfiguration: ({ launchConfigurationName: name }, { configurationCreatedAtMs }) =>
    name === undefined ? undefined : (configurationCreatedAtMs.get(name) ?? 0),
  // Those of a template that the group no longer uses come first, then by version.
  OldestLaunchTemplate: ({ launchTemplate: template }, { group: { source } }) => {
    if (!template) return undefined;
    const isCurrent = source.kind !== 'configuration' && source.template.id === template.id;
    return isCurrent ? Number(template.version) : -1;
  },
  ClosestToNextInstanceHour: ({ launchedAtMs }, { nowMs }) => HOUR_MS - ((nowMs - launchedAtMs) % HOUR_MS),
  // What there is too much of, on demand or Spot; then by the priority of the types, the last first.
  AllocationStrategy: ({ type, market }, { group: { source }, excessMarket }) => {
    if (source.kind !== 'mixed') return undefined;
    const types = overridesOf(source.policy).map(({ InstanceType }) => InstanceType);
    const isExcess = excessMarket !== undefined && market === excessMarket;
    const priority = types.length === 0 ? 0 : types.indexOf(type) + 1 || types.length + 1;
    return isExcess ? -priority - EXCESS : -priority;
  },
};

const DEFAULT_ORDER = [
  'AllocationStrategy',
  'OldestLaunchConfiguration',
  'OldestLaunchTemplate',
  'ClosestToNextInstanceHour',
] as const;

/** The instances to terminate of those in service, by which the group shrinks by no more than the excess. */
export function chooseForScaleIn(
  inService: readonly InstanceRecord[],
  excess: number,
  facts: ScaleInFacts,
): InstanceRecord[] {
  const left = [...inService];
  const chosen: InstanceRecord[] = [];
  while (capacityOf(chosen) < excess) {
    const next = chooseOne(left, excess - capacityOf(chosen), facts);
    if (!next) break;
    chosen.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return chosen;
}

function chooseOne(
  inService: readonly InstanceRecord[],
  excess: number,
  facts: ScaleInFacts,
): InstanceRecord | undefined {
  const mayGo = ({ isProtected, weight = 1 }: InstanceRecord) => !isProtected && weight <= excess;
  const free = inService.filter(mayGo);
  const strange = free.filter(({ zone }) => !facts.group.zones.includes(zone));
  if (strange.length > 0) return ranked(strange, facts)[0];
  const perZone = Map.groupBy(inService, ({ zone }) => zone);
  const open = [...perZone.values()].filter((zone) => zone.some(mayGo));
  const most = Math.max(0, ...open.map(capacityOf));
  const fullest = open.filter((zone) => capacityOf(zone) === most).flat();
  return ranked(fullest.filter(mayGo), facts)[0];
}

/** Those that the group's termination policies leave, one after another. */
function ranked(instances: readonly InstanceRecord[], facts: ScaleInFacts): readonly InstanceRecord[] {
  const order = facts.group.terminationPolicies.flatMap((name) =>
    name === 'Default' ? DEFAULT_ORDER : [name as keyof typeof RANKS],
  );
  return order.reduce((left, policy) => first(left, (instance) => RANKS[policy](instance, facts)), instances);
}

/** Those with the lowest rank; all where the policy says nothing of any. */
function first(
  candidates: readonly InstanceRecord[],
  rank: (instance: InstanceRecord) => number | undefined,
): readonly InstanceRecord[] {
  const ranks = candidates.map(rank);
  const known = ranks.filter((value) => value !== undefined);
  if (known.length === 0) return candidates;
  const lowest = Math.min(...known);
  return candidates.filter((_instance, index) => ranks[index] === lowest);
}
