/**
 * Systems Manager's Parameter Store as the front door sees it
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html). The rest of
 * Systems Manager manages machines that are not there.
 */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { SsmOperations } from '../../shapes/generated/ssm.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { notServed } from './errors.ts';

export const ssm = defineService<SsmOperations>({
  shapes: serviceShapes('ssm'),
  eventSource: 'ssm.amazonaws.com',
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
  unserved: notServed,
  forwards: {
    invokedBy: 'ssm.amazonaws.com',
    viaService: (region) => `ssm.${region}.amazonaws.com`,
    calledVia: 'ssm.amazonaws.com',
  },
});
