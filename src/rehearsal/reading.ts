/** Reading as AWS would answer, without a trace: the front door over a fork of the store, where nothing is denied or recorded. */
import type { Scope } from '../aws/scope.ts';
import { createRuntime } from '../invoke/invoke.ts';
import type { Operation } from '../invoke/operation.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { uuid } from '../platform/identifiers.ts';
import { rootUser } from '../policy/root-user.ts';
import { signedIn } from './maker.ts';
import { NewNames } from './new-names.ts';
import { Transcript } from './transcript.ts';

/**
 * What an account's root user would see, were it asked. For operations that are read-only; throws the AwsError of one that
 * fails for another reason than a denial.
 */
export function readAsRoot(
  world: Runtime,
  { account, region }: Scope,
  operation: Operation,
  input: object,
): Promise<object> {
  const entropy = new NewNames(world.entropy);
  const runtime = createRuntime({
    ...world,
    entropy,
    store: world.store.fork(),
    watcher: new Transcript('passing over', entropy),
    ports: { ...world.ports, audience: undefined },
  });
  const nowMs = world.clock.nowMs();
  return runtime.invoke({
    caller: signedIn(rootUser(account), region, nowMs),
    operation,
    input,
    requestId: uuid(entropy),
    atMs: nowMs,
  });
}
