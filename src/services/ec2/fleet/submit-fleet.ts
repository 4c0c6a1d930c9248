/** A fleet that goes on after the reply begins: at once or when it is valid. */
import type { EffectContext } from '../../../invoke/context.ts';
import type { FleetRecord } from './fleet.ts';
import { noteFleetEvent } from './fleet-history.ts';
import { expireFleetStep, reconcileFleetStep } from './fleet-steps.ts';

export async function submitFleet(context: EffectContext, fleet: FleetRecord): Promise<void> {
  const { id: fleetId, request } = fleet;
  await noteFleetEvent(context, fleet, { kind: 'state', subType: 'submitted' });
  const fromMs = Math.max(0, (request.ValidFrom ?? 0) - context.nowMs);
  context.schedule(reconcileFleetStep, { fleetId }, { delayMs: fromMs + context.ports.delays.scaled(2000) });
  if (request.ValidUntil === undefined) return;
  context.schedule(expireFleetStep, { fleetId }, { delayMs: request.ValidUntil - context.nowMs });
}
