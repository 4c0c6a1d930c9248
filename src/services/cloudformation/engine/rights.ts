/** In whose name a stack's operation calls other services, and how a handler hears of their errors. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, WorkflowContext } from '../../../invoke/context.ts';
import { SERVICE_NAME } from '../cloudformation.ts';
import { ServiceFailure } from '../resource-type/failure.ts';
import type { OperationRecord } from './operation.ts';
import { withTimes } from './template-times.ts';

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
  return ofHandlers(call);
}

/** As handlers call: with what a template says, and with failures that name their service. */
export function ofHandlers(call: Call): Call {
  return (async (service, operation, input, options) => {
    try {
      return await call(service, operation, withTimes(service, operation, input), options);
    } catch (error) {
      throw error instanceof AwsError ? new ServiceFailure(service, error) : error;
    }
  }) as Call;
}
