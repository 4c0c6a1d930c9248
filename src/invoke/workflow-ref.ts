/** A workflow as those know it who schedule it: its name in the store, and the payload that it takes. */
import type { Key } from '../store/store.ts';

declare const payload: unique symbol;

export interface WorkflowRef<P extends object> {
  readonly name: string;
  readonly [payload]?: (payload: P) => P;
  /**
   * Of a workflow that looks at all there is of something when it runs: what that is. One step of several that are due for
   * the same subject does what all of them would. A method, so that one of any payload fits.
   */
  subjectOf?(payload: P): Key;
}

/** Names are rows in users' stores: `<service>.<noun>.<verb>`, each in kebab case. */
export const workflowRef = <P extends object>(
  name: `${string}.${string}.${string}`,
  subjectOf?: (payload: P) => Key,
): WorkflowRef<P> => ({ name, subjectOf });
