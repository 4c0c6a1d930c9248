/** Reading as AWS would answer, without a trace: the front door over a fork of the store, where nothing is denied or recorded. */
import { createRuntime } from '../invoke/invoke.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { uuid } from '../platform/identifiers.ts';
import { NewNames } from './new-names.ts';
import type { RehearsedCall } from './rehearsal.ts';
import { Transcript } from './transcript.ts';

/** For operations that are read-only; throws the AwsError of one that fails for another reason than a denial. */
export function readThrough(world: Runtime, { caller, operation, input }: RehearsedCall): Promise<object> {
  const entropy = new NewNames(world.entropy);
  const runtime = createRuntime({
    ...world,
    entropy,
    store: world.store.fork(),
    watcher: new Transcript('passing over', entropy),
    ports: { ...world.ports, audience: undefined },
  });
  return runtime.invoke({
    caller,
    operation,
    input,
    requestId: uuid(entropy),
    atMs: world.clock.nowMs(),
  });
}
