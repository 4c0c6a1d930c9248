/**
 * What whoever holds the server's token may have done: a change that was proposed, made by whom they choose, and a
 * recorded call made again by who made it. Both go through the front door; what they answer is kept from the page.
 */
import { AwsError } from '../aws/aws-error.ts';
import { recordedCall } from '../invoke/audit/recorded-call.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { apiCallOf, ControlError, type Questions, type ScopeOf, stringOf } from './control-api.ts';
import { Actors } from './credentials.ts';
import { playJohnsStory } from './johns-story.ts';

export function acts(runtime: Runtime, placeOf: ScopeOf): Questions {
  const actors = new Actors(runtime);
  return {
    async perform(body) {
      const { account, region, service, operation, input } = apiCallOf(body, placeOf(body));
      requireWritable(runtime);
      const { arn, ask } = await actors.actor({ account, region }, stringOf(body, 'as') ?? 'root');
      await inSentences(ask(service, operation, input));
      return { made: `${service}:${operation}`, by: arn };
    },

    async repeat(body) {
      requireWritable(runtime);
      const eventId = stringOf(body, 'eventId') ?? '';
      const call = await runtime.store.read((tx) => recordedCall(runtime, tx, eventId));
      if (!call) throw new ControlError('The call was not kept, so it cannot be made again.');
      // What a service did is done again by what it did it for.
      if (call.caller.kind !== 'external')
        throw new ControlError('A service made this call: repeat the one it was for.');
      const { withheld, ...invocation } = call;
      if (withheld.length > 0)
        throw new ControlError(
          `${withheld.join(' and ')} may be secret and was not kept, so only who made the call can make it again.`,
        );
      await inSentences(runtime.invoke(invocation));
      const { operation, requestId } = invocation;
      return { made: `${operation.service.id}:${operation.name}`, requestId };
    },

    async 'johns-story'(body) {
      requireWritable(runtime);
      return inSentences(playJohnsStory(runtime, placeOf(body)));
    },
  };
}

/** Throws where the world is a snapshot that is only shown. */
export function requireWritable({ refusal }: Runtime): void {
  if (refusal !== undefined)
    throw new ControlError(
      'This is a snapshot of real accounts, which is only shown. A fork can be changed: --fork',
    );
}

function inSentences<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw error instanceof AwsError ? new ControlError(`${error.code}: ${error.message}`) : error;
  });
}
