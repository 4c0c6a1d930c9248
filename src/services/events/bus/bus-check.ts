/** The check on an event bus. Its policy lets others in, as on every resource that has one. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
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
  return resolved(
    {
      action: `events:${operation}`,
      resource: busArn(place),
      account: place.account,
      resourceRule: 'standard',
      resourcePolicy: namedBusPolicy(bus),
      conditions: () => ({ ...resourceTagConditions(bus?.tags), ...conditions() }),
    },
    bus,
    () => noBus(place.name),
  );
}

/** To change a bus's policy is no matter of the bus's policy: the reference knows no resource for it. */
export async function permissionCheck(
  context: ResolveContext,
  operation: string,
  identifier: string | undefined,
): Promise<Check<EventBusRecord>> {
  const place = busPlace(context, identifier);
  const bus = place.account === context.account ? await findBus(context.tx, place) : undefined;
  return resolved(accountCheck(context, `events:${operation}`), bus, () => noBus(place.name));
}
