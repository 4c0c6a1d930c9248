/** The STS service: its shapes, and how it words denials. */
import { AwsError } from '../../aws/aws-error.ts';
import { accountOf, callerArn, principalOf } from '../../invoke/caller.ts';
import { type Denial, denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { StsOperations } from '../../shapes/generated/sts.ts';
import { serviceShapes } from '../../shapes/services.ts';

/** STS names a role of another account in full, and gives no reason then: whether the role exists is not disclosed. */
function deniedSentence(denial: Denial): string {
  const { caller, check } = denial;
  if (principalOf(caller).kind === 'web-identity') return NOT_AUTHORIZED_BY_TOKEN;
  if (check.account === accountOf(caller)) return denialSentence(denial);
  return `User: ${callerArn(caller)} is not authorized to perform: ${check.action} on resource: ${check.resource}`;
}

/** Bearers of tokens learn nothing else, not even which of the actions it was. */
export const NOT_AUTHORIZED_BY_TOKEN = 'Not authorized to perform sts:AssumeRoleWithWebIdentity';

/** Codes that CloudTrail writes by the names of their exceptions. */
const EXCEPTIONS = new Set(['InvalidIdentityToken', 'MalformedPolicyDocument', 'PackedPolicyTooLarge']);

export const sts = defineService<StsOperations>({
  shapes: serviceShapes('sts'),
  eventSource: 'sts.amazonaws.com',
  resourceType: (arn) => (arn.includes(':role/') ? 'AWS::IAM::Role' : undefined),
  denied: (denial) => accessDenied(deniedSentence(denial)),
  unserved: (member) => validationError(`Latchkey does not serve ${member}.`),
  auditErrorCode: (code) => (EXCEPTIONS.has(code) ? `${code}Exception` : code),
});

export const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);
