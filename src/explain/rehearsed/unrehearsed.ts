/** Calls that may ask for more than what was denied, and could not be made again to see. */
import type { Runtime } from '../../invoke/runtime.ts';
import type { Explanation } from '../denial/explanation.ts';
import { askedOfKeys } from '../question/asked-next.ts';

export const NOT_KEPT = 'its record does not have everything that it was made with';

/** Of what a service was denied in the course of a call: that call, which may ask for more. */
function wholeOf({ call, outerCall, event }: Explanation, why: string): Explanation['unrehearsed'] {
  const { type } = (event?.userIdentity ?? {}) as { type?: string };
  if (!call?.invokedBy || (type === 'AWSService' && !outerCall)) return undefined;
  return outerCall
    ? { action: outerCall.action, why }
    : { action: `the call for which ${call.invokedBy} made it`, why: 'no record of it was found' };
}

/** Of one's own call that asks other services in its course for what its parameters say, where no record has them: that call. */
async function ownWhole(
  { registry, store }: Runtime,
  { call, outerCall, event, checks }: Explanation,
  why: string,
): Promise<Explanation['unrehearsed']> {
  if (!call || outerCall || call.invokedBy || event?.requestParameters) return undefined;
  const [service = '', name = ''] = call.action.split(':');
  // What asks KMS for a key of its own reads what is there; which key that is, is known by now.
  const asks = registry.operation(service, name)?.definition.calls !== undefined && service !== 'kms';
  if (!asks || /^GetParameter/.test(name)) return undefined;
  const { account = '', region, action } = call;
  const ofKeys = await store.read((tx) =>
    askedOfKeys(tx, { account, region, action, resource: checks[0]?.resource }),
  );
  return ofKeys.length > 0 ? undefined : { action, why };
}

/** `why`: it could not be rehearsed. */
export const unrehearsedWhole = async (
  runtime: Runtime,
  explanation: Explanation,
  why: string,
): Promise<Explanation['unrehearsed']> =>
  wholeOf(explanation, why) ?? (await ownWhole(runtime, explanation, why));
