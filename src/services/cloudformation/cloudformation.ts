/** The service: its shapes, its errors, and the name by which others know it. */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { CloudformationOperations } from '../../shapes/generated/cloudformation.ts';
import { serviceShapes } from '../../shapes/services.ts';

/** The name by which other services, trust policies, CloudTrail and `aws:CalledVia` know CloudFormation. */
export const SERVICE_NAME = 'cloudformation.amazonaws.com';

export const cloudformation = defineService<CloudformationOperations>({
  shapes: serviceShapes('cloudformation'),
  eventSource: SERVICE_NAME,
  denied: (denial) => new AwsError('AccessDenied', denialSentence(denial), 403),
  unserved: (member) => notServed(member),
  // KMS knows no kms:ViaService of CloudFormation.
  forwards: { invokedBy: SERVICE_NAME, calledVia: SERVICE_NAME, outlivesRequest: true },
});

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const formatError = (message: string): AwsError =>
  validationError(`Template format error: ${message}`);

/** What AWS serves and Latchkey does not is refused by name. */
export const notServed = (what: string): AwsError => validationError(`Latchkey does not serve ${what}.`);
