/** The Organizations service: its shapes, how it words denials, and how it calls others for its callers. */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { OrganizationsOperations } from '../../shapes/generated/organizations.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { inputRefused } from './input-refusal.ts';

export const organizations = defineService<OrganizationsOperations>({
  shapes: serviceShapes('organizations'),
  eventSource: 'organizations.amazonaws.com',
  global: true,
  inputRefused,
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
  forwards: {
    invokedBy: 'organizations.amazonaws.com',
    viaService: (region) => `organizations.${region}.amazonaws.com`,
  },
});
