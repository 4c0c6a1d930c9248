/**
 * Which instance goes when a group shrinks
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html): one of the zone
 * that is no longer the group's, or that has the most, chosen by its termination policies in order, and never a
 * protected one.
 */
import { HOUR_MS } from '../../../platform/durations.ts';
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
  const zones = zonesOf(inService, facts);
  const chosen: InstanceRecord[] = [];
  let left = excess;
  while (left > 0) {
    for (const zone of zones) zone.dropHeavierThan(left);
    const next = fullest(zones.filter(({ first }) => first !== undefined))?.take();
    if (!next) break;
    chosen.push(next);
    left -= next.weight ?? 1;
  }
  return chosen;
}

interface Candidate {
  readonly instance: InstanceRecord;
  /** Its place among all. */
  readonly at: number;
  readonly ranks: readonly number[];
}

/** What there is in a zone, and which of it may go, in the order in which it goes. */
class ZoneLeft {
  /** Of zones that are not the group's own all go before any other. */
  readonly isStrange: boolean;
  #capacity: number;
  readonly #mayGo: readonly Candidate[];
  #at = 0;

  constructor(isStrange: boolean, all: readonly Candidate[]) {
    this.isStrange = isStrange;
    this.#capacity = capacityOf(all.map(({ instance }) => instance));
    this.#mayGo = all.filter(({ instance }) => !instance.isProtected).sort(compare);
  }

  get capacity(): number {
    return this.#capacity;
  }

  get first(): Candidate | undefined {
    return this.#mayGo[this.#at];
  }

  /** What is too heavy now stays so, as ever less is too much. */
  dropHeavierThan(excess: number): void {
    while (this.first && (this.first.instance.weight ?? 1) > excess) this.#at++;
  }

  take(): InstanceRecord {
    const { instance } = this.first as Candidate;
    this.#at++;
    this.#capacity -= instance.weight ?? 1;
    return instance;
  }
}

/** The zone that the next one is taken from: that which has the most, or whose instance goes first. */
function fullest(open: readonly ZoneLeft[]): ZoneLeft | undefined {
  const strange = open.filter(({ isStrange }) => isStrange);
  const most = Math.max(...open.map(({ capacity }) => capacity));
  const drawn = strange.length > 0 ? strange : open.filter(({ capacity }) => capacity === most);
  return drawn.toSorted((one, other) => compare(one.first as Candidate, other.first as Candidate))[0];
}

/** By the group's termination policies, one after another. What none of them tells apart goes in the order in which it is. */
function compare(one: Candidate, other: Candidate): number {
  const at = one.ranks.findIndex((rank, index) => rank !== other.ranks[index]);
  return at < 0 ? one.at - other.at : (one.ranks[at] as number) - (other.ranks[at] as number);
}

function zonesOf(inService: readonly InstanceRecord[], facts: ScaleInFacts): ZoneLeft[] {
  const order = facts.group.terminationPolicies.flatMap((name) =>
    name === 'Default' ? DEFAULT_ORDER : [name as keyof typeof RANKS],
  );
  const candidates = inService.map((instance, at) => ({
    instance,
    at,
    ranks: order.map((policy) => RANKS[policy](instance, facts) ?? Number.POSITIVE_INFINITY),
  }));
  const zones = Map.groupBy(candidates, ({ instance }) => instance.zone);
  return [...zones].map(([name, all]) => new ZoneLeft(!facts.group.zones.includes(name), all));
}
