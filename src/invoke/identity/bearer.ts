/** Callers of operations whose requests are not signed: who they are is proven by what they bring. */
import { AwsError } from '../../aws/aws-error.ts';
import { validate } from '../../shapes/validate.ts';
import type { Caller, Identity } from '../caller.ts';
import { recordRefused } from '../invoke.ts';
import type { Operation } from '../operation.ts';
import type { Invocation, Runtime } from '../runtime.ts';

export const isUnsigned = ({ definition }: Operation): boolean => definition.bearer !== undefined;

/** The proven caller. A call that proves nothing is recorded as nobody's in the account that it is about. */
export async function provenBearer(
  runtime: Runtime,
  call: Omit<Invocation, 'caller'>,
  mint: (identity: Identity) => Caller,
): Promise<Caller> {
  const { operation, input, atMs } = call;
  const { shape, service, definition } = operation;
  const { bearer } = definition;
  if (!bearer) throw new Error(`requests of ${service.id}:${shape.name} are signed`);
  const invalid = validate(shape, input, service.inputRefused);
  if (invalid) throw invalid;
  const account = bearer.account(input);
  try {
    const { ports } = runtime;
    return mint(await runtime.store.read((tx) => bearer.prove({ tx, ports, nowMs: atMs }, input)));
  } catch (error) {
    if (error instanceof AwsError) {
      const caller = mint({ principal: { kind: 'anonymous' }, account, accessKeyId: '' });
      await recordRefused(runtime, { ...call, caller }, error);
    }
    throw error;
  }
}
