/** The IAM service: its shapes, and how it words denials. */
import { AwsError } from '../../aws/aws-error.ts';
import { callerArn } from '../../invoke/caller.ts';
import type { Denial } from '../../invoke/denial.ts';
import { defineService, type Service } from '../../invoke/operation.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import type { IamOperations } from '../../shapes/generated/iam.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { accessDenied, invalidInput } from './errors.ts';
import { inputRefused } from './input-refusal.ts';

/** Codes that CloudTrail writes as the API names them, not with `Exception` behind. */
const PLAIN_CODES = new Set(['AccessDenied', 'ValidationError', 'InternalFailure', 'InvalidClientTokenId']);

/** IAM calls what exists by kind and name (`role r`), and gives the ARN of what is to be made (`deniedAs` tells). */
function deniedSentence({ caller, check, decision }: Denial): string {
  const resource = check.deniedAs ?? check.resource;
  const subject = `User: ${callerArn(caller)} is not authorized to perform: ${check.action}`;
  return `${subject} on resource: ${resource} ${denialReason(decision, check.action)}`;
}

const service = defineService<IamOperations>({
  shapes: serviceShapes('iam'),
  eventSource: 'iam.amazonaws.com',
  global: true,
  inputRefused,
  unserved: (member) => invalidInput(`Latchkey does not serve ${member}.`),
  denied: (denial) => accessDenied(deniedSentence(denial)),
  auditErrorCode: (code) => (PLAIN_CODES.has(code) ? code : `${code}Exception`),
});

/**
 * IAM does not take every temporary credential: sessions of GetFederationToken never, those of GetSessionToken only
 * with MFA (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html).
 */
export const iam: Service<IamOperations> = {
  ...service,
  operation(name, definition) {
    return service.operation(name, {
      ...definition,
      checks(context, input) {
        const { caller } = context;
        const identity = caller.kind === 'service' ? undefined : caller.identity;
        const refused =
          identity?.principal.kind === 'federated-user' ||
          (identity?.session &&
            identity.principal.kind !== 'role-session' &&
            !identity.session.mfaAuthenticated);
        if (refused) {
          throw new AwsError(
            'InvalidClientTokenId',
            'The security token included in the request is invalid',
            403,
          );
        }
        return definition.checks?.(context, input) as never;
      },
    });
  },
};
