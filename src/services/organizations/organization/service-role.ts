/** The service-linked role that Organizations works with in each account that is in one. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';

const ROLE_SERVICE = 'organizations.amazonaws.com';

/** Creates it with the caller's own rights. */
export async function createServiceRole({ call }: Pick<CallContext, 'call'>): Promise<void> {
  await call('iam', 'CreateServiceLinkedRole', { AWSServiceName: ROLE_SERVICE }).catch((error: unknown) => {
    if (!(error instanceof AwsError)) throw error;
    // Left over from an earlier organization.
    if (error.code === 'InvalidInput') return;
    throw new AwsError(
      'AccessDeniedForDependencyException',
      'The request failed because your credentials do not have permission to create the service-linked role ' +
        'required by AWS Organizations.',
      400,
      { Reason: 'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE' },
    );
  });
}
