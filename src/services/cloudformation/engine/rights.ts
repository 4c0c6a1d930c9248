/** In whose name a stack's operation calls other services, and how a handler hears of their errors. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { SERVICE_NAME } from '../cloudformation.ts';
import { ServiceFailure } from '../resource-type/failure.ts';
import type { OperationRecord } from './operation.ts';

const SESSION_NAME = 'AWSCloudFormation';

/** Rejects with AWS's error where the role cannot be assumed, or the caller no longer exists. */
export async function callerFor(
  ctx: WorkflowContext,
  { rights }: Pick<OperationRecord, 'rights'>,
): Promise<Call> {
  const { call } =
    'roleArn' in rights
      ? await ctx.asRole({ roleArn: rights.roleArn, sessionName: SESSION_NAME, service: SERVICE_NAME })
      : await ctx.asForwarded(rights.sessionId);
  return withServiceFailures(call);
}

function withServiceFailures(call: Call): Call {
  return (async (service, ...rest) => {
    try {
      return await call(service, ...rest);
    } catch (error) {
      throw error instanceof AwsError ? new ServiceFailure(service, error) : error;
    }
  }) as Call;
}
