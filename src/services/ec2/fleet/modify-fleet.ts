/** What ModifyFleet and ModifySpotFleetRequest have in common. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { attributeConditions } from '../resource/attribute-conditions.ts';
import type { FleetRecord } from './fleet.ts';
import { familyOf, putFleet } from './fleet-family.ts';
import { noteFleetEvent } from './fleet-history.ts';
import { reconcileFleetStep } from './fleet-steps.ts';

export function requireModifiable({ id, type, state }: FleetRecord): void {
  if (type === 'maintain' && state === 'active') return;
  const { noun } = familyOf(id);
  const name = noun === 'EC2 Fleet' ? 'Fleet' : noun;
  throw new AwsError(
    'FleetNotInModifiableState',
    `${name} ${id} is not in a modifiable state: it must be of type maintain, and active.`,
  );
}

/** Condition keys tell what is changed; of the structures not what to. */
export function changeConditions(plain: object, structures: object): ConditionValues {
  const named = [...Object.entries(plain), ...Object.entries(structures)].filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...attributeConditions(plain as Readonly<Record<string, unknown>>),
    'ec2:Attribute': named.map(([name]) => name),
  };
}

/** The fleet with what it is to be from now on; it looks at once at what it lacks or has too much of. */
export async function modifyFleet(context: EffectContext, changed: FleetRecord): Promise<void> {
  const modified: FleetRecord = { ...changed, state: 'modifying', retryAtMs: undefined };
  putFleet(context.tx, modified);
  await noteFleetEvent(context, modified, { kind: 'state', subType: 'modify_in_progress' });
  const delayMs = context.ports.delays.scaled(1000);
  context.schedule(reconcileFleetStep, { fleetId: modified.id }, { delayMs });
}
