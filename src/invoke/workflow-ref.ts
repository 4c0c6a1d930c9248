/** A workflow as those know it who schedule it: its name in the store, and the payload that it takes. */
declare const payload: unique symbol;

export interface WorkflowRef<P extends object> {
  readonly name: string;
  readonly [payload]?: (payload: P) => P;
}

/** Names are rows in users' stores: `<service>.<noun>.<verb>`, each in kebab case. */
export const workflowRef = <P extends object>(name: `${string}.${string}.${string}`): WorkflowRef<P> => ({
  name,
});
