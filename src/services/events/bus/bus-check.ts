/** The check on an event bus. Its policy lets others in, as on every resource that has one. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { noBus } from '../errors.ts';
import { type BusPlace, busArn, busPlace, type EventBusRecord, findBus } from './bus.ts';
import { namedBusPolicy } from './bus-policy.ts';

/** An unknown bus is reported after authorization on its name. */
export async function busCheck(
  { tx }: ResolveContext,
  operation: string,
  place: BusPlace,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<EventBusRecord>> {
  const bus = await findBus(tx, place);
  return {
    action: `events:${operation}`,
    resource: busArn(place),
    account: place.account,
    record: bus as EventBusRecord,
    resourceRule: 'standard',
    resourcePolicy: namedBusPolicy(bus),
    missing: bus ? undefined : noBus(place.name),
    conditions: () => ({ ...resourceTagConditions(bus?.tags), ...conditions() }),
  };
}

/** To change a bus's policy is no matter of the bus's policy: the reference knows no resource for it. */
export async function permissionCheck(
  context: ResolveContext,
  operation: string,
  identifier: string | undefined,
): Promise<Check<EventBusRecord>> {
  const place = busPlace(context, identifier);
  const bus = place.account === context.account ? await findBus(context.tx, place) : undefined;
  const missing = bus ? undefined : noBus(place.name);
  return { ...accountCheck(context, operation), record: bus as EventBusRecord, missing };
}

/** For what is about the account as a whole. */
export const accountCheck = ({ account }: ResolveContext, operation: string): Check<null> => ({
  action: `events:${operation}`,
  resource: '*',
  account,
  record: null,
});
