import { isAlreadyExists } from './failure.ts';
import type { ResourceContext } from './resource-type.ts';

/** A call that an interrupted creation may have made already, under a name that only it could have. */
export async function once(context: ResourceContext, call: Promise<unknown>): Promise<void> {
  await call.catch((error) => {
    if (!context.isRepeated || !isAlreadyExists(error)) throw error;
  });
}
