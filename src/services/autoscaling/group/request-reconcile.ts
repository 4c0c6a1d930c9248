/** What makes a group compare what it has with what it should have. */
import type { EffectContext } from '../../../invoke/context.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS, MINUTE_MS } from '../../../platform/durations.ts';
import { type GroupRecord, type GroupSettings, groups } from './group.ts';

/** The whole group is compared, whichever of its instances it was asked for. */
export const reconcileStep = workflowRef<GroupName>(
  'autoscaling.group.reconcile',
  ({ groupName, groupId, isToLaunch = false }) => [groupName, groupId, Number(isToLaunch)],
);

export interface GroupName {
  readonly groupName: string;
  /** A namesake that was made later is another group. */
  readonly groupId: string;
  /** It is known to lack something: EC2 is asked what there is to launch. */
  readonly isToLaunch?: boolean;
}

export function requestReconcile(
  context: EffectContext,
  { name, id }: GroupRecord,
  delayMs = 0,
  how: Pick<GroupName, 'isToLaunch'> = {},
): void {
  context.schedule(reconcileStep, { groupName: name, groupId: id, ...how }, { delayMs });
}

/** When an instance becomes as old as its group lets it be. The time is the user's own, not that of simulated work. */
export const expiresAtMs = (
  { maxLifetimeSeconds = Number.POSITIVE_INFINITY }: GroupSettings,
  { inServiceAtMs = Number.POSITIVE_INFINITY }: { readonly inServiceAtMs?: number },
) => inServiceAtMs + maxLifetimeSeconds * 1000;

export function awaitExpiry(
  context: EffectContext,
  group: GroupRecord,
  instance: { readonly inServiceAtMs?: number },
): void {
  const atMs = expiresAtMs(group, instance);
  if (Number.isFinite(atMs)) requestReconcile(context, group, Math.max(0, atMs - context.nowMs));
}

/** A change by a user: what is wanted is tried at once, whatever has failed before. */
export function changeGroup(context: EffectContext, group: GroupRecord): void {
  context.tx.put(groups, { ...group, backoff: undefined });
  requestReconcile(context, group, context.ports.delays.scaled(1000));
}

const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 15 * MINUTE_MS;
/** Even where simulated work takes no time, a group that cannot succeed does not try without end: a rehearsal would follow it. */
const MIN_RETRY_MS = 5000;
/** A group that has not managed a launch for so long is suspended (aws-facts E3.5). */
const GIVE_UP_AFTER_MS = DAY_MS;

/** After a failure: each further one in a row doubles the time until the next attempt, and at last there is none. */
export function backOff(context: EffectContext, group: GroupRecord, fullZone?: string): void {
  const { failures = 0, sinceMs = context.nowMs, fullZones = [] } = group.backoff ?? {};
  const grown = (firstMs: number) => Math.min(firstMs * 2 ** failures, MAX_RETRY_MS);
  const delayMs = Math.max(context.ports.delays.scaled(grown(FIRST_RETRY_MS)), grown(MIN_RETRY_MS));
  const full = fullZone === undefined ? fullZones : [...new Set([...fullZones, fullZone])];
  const backoff = { failures: failures + 1, sinceMs, retryAtMs: context.nowMs + delayMs, fullZones: full };
  const isHopeless = context.nowMs - sinceMs > GIVE_UP_AFTER_MS;
  const suspended = isHopeless
    ? { Launch: 'Administratively suspended', ...group.suspended }
    : group.suspended;
  context.tx.put(groups, { ...group, backoff, suspended });
  requestReconcile(context, group, delayMs);
}

export const isBackingOff = ({ backoff }: GroupRecord, nowMs: number) => nowMs < (backoff?.retryAtMs ?? 0);
