/** Operations as they are seen from behind the wire: validated, authorized, audited and committed, without HTTP. */
import { type Caller, type Identity, mintExternalCaller } from '../src/invoke/caller.ts';
import type { Latchkey } from '../src/latchkey.ts';
import type { ServiceOperations } from '../src/shapes/generated/index.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export const callerOf = (identity: Identity): Caller =>
  mintExternalCaller(identity, REGION, { sourceIp: '127.0.0.1', userAgent: 'bench', secureTransport: false });

const root = callerOf({
  principal: { kind: 'root', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` },
  account: ACCOUNT,
  accessKeyId: 'AKIABENCH',
});

type Operations<S extends keyof ServiceOperations> = ServiceOperations[S];
type Input<O> = O extends { input: infer I } ? I : never;
type Output<O> = O extends { output: infer R } ? R : never;

/** The operations of a service, called by root or by whoever else. */
export function operationOf<S extends keyof ServiceOperations>(
  { runtime }: Latchkey,
  service: S,
  caller: Caller = root,
) {
  return <N extends keyof Operations<S> & string>(name: N) => {
    const operation = runtime.registry.operation(service, name);
    if (!operation) throw new Error(`no operation ${service}:${name}`);
    return (input: Input<Operations<S>[N]>) =>
      runtime.invoke({
        caller,
        operation,
        input: input as object,
        requestId: 'bench',
        atMs: runtime.clock.nowMs(),
      }) as Promise<Output<Operations<S>[N]>>;
  };
}
