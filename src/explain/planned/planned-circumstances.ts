/**
 * How a call would come that nobody has made: from where, by which program, over what, with MFA or without. It is rehearsed as if it
 * came in one way; what a decision makes of another stays open.
 */
import { decide } from '../../policy/evaluate.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import type { Asked } from '../../rehearsal/transcript.ts';
import type { Ruled } from '../rehearsed/decided-anew.ts';

const OF_SESSION = /^aws:(?:multifactorauth(?:present|age)|tokenissuetime)$/;
const OF_CONNECTION =
  /^aws:(?:sourceip|useragent|securetransport|sourcevpc(?:e|arn)?|vpcsourceip|vpce(?:account|orgid|orgpaths))$/;

/** The decision that was made in a rehearsal, with that left open. */
export function inAnyWay({ invocation: { caller }, ruling: { inputs, request } }: Asked): Ruled {
  const isOpen = (key: string): boolean =>
    // What a service asks for its caller comes from the service, in his session.
    (caller.kind === 'external' && OF_CONNECTION.test(key)) ||
    ((caller.kind === 'external' || caller.kind === 'forwarded') && OF_SESSION.test(key));
  const condition = (key: string) => {
    if (!isOpen(key)) return request.condition(key);
    throw new UnknownReached({ kind: 'condition key', name: key, why: 'nobody has made the call' });
  };
  return { inputs, request: { ...request, condition } };
}

export const isOpen = ({ inputs, request }: Ruled): boolean => decide(inputs, request).missing !== undefined;
