/** The CloudTrail service: its shapes, and how it words denials. */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { CloudTrailOperations } from '../../shapes/generated/cloudtrail.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { inputRefused } from './input-refusal.ts';

export const cloudtrail = defineService<CloudTrailOperations>({
  shapes: serviceShapes('cloudtrail'),
  eventSource: 'cloudtrail.amazonaws.com',
  inputRefused,
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
});
