import { AwsError } from '../../aws/aws-error.ts';
import { accountOf, callerArn } from '../../invoke/caller.ts';
import { type Denial, denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { StsOperations } from '../../shapes/generated/sts.ts';
import { serviceShapes } from '../../shapes/services.ts';

/** STS names a role of another account in full, and gives no reason then: whether the role exists is not told. */
function deniedSentence(denial: Denial): string {
  const { caller, check } = denial;
  if (check.account === accountOf(caller)) return denialSentence(denial);
  return `User: ${callerArn(caller)} is not authorized to perform: ${check.action} on resource: ${check.resource}`;
}

export const sts = defineService<StsOperations>({
  shapes: serviceShapes('sts'),
  eventSource: 'sts.amazonaws.com',
  resourceType: (arn) => (arn.includes(':role/') ? 'AWS::IAM::Role' : undefined),
  denied: (denial) => accessDenied(deniedSentence(denial)),
});

export const accessDenied = (message: string) => new AwsError('AccessDenied', message, 403);
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidParameter = (message: string) => new AwsError('InvalidParameterValue', message);
