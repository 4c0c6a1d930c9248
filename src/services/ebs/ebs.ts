/** The EBS direct APIs: snapshots read and written block by block (https://docs.aws.amazon.com/ebs/latest/APIReference/Welcome.html). */
import { parseArn } from '../../aws/arn.ts';
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { EbsOperations } from '../../shapes/generated/ebs.ts';
import { serviceShapes } from '../../shapes/services.ts';

export const ebs = defineService<EbsOperations>({
  shapes: serviceShapes('ebs'),
  eventSource: 'ebs.amazonaws.com',
  resourceType: (arn) =>
    parseArn(arn)?.resource.startsWith('snapshot/snap-') ? 'AWS::EC2::Snapshot' : undefined,
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial), 403),
  // EC2's name is the one that key policies see (aws-facts A6.2).
  forwards: {
    invokedBy: 'ebs.amazonaws.com',
    viaService: (region) => `ec2.${region}.amazonaws.com`,
    vpcEndpoint: 'AWS Internal',
  },
});

export const BLOCK_BYTES = 524_288;
export const GIB = 2 ** 30;

type ValidationReason =
  | 'CONFLICTING_BLOCK_UPDATE'
  | 'INVALID_BLOCK'
  | 'INVALID_BLOCK_TOKEN'
  | 'INVALID_DEPENDENCY_REQUEST'
  | 'INVALID_PAGE_TOKEN'
  | 'INVALID_PARAMETER_VALUE'
  | 'INVALID_SNAPSHOT_ID'
  | 'INVALID_TAG'
  | 'INVALID_VOLUME_SIZE'
  | 'UNRELATED_SNAPSHOTS'
  | 'WRITE_REQUEST_TIMEOUT';

export function invalid(reason: ValidationReason, message: string): AwsError {
  return new AwsError('ValidationException', message, 400, { Reason: reason });
}

/** https://docs.aws.amazon.com/general/latest/gr/ebs-service.html#limits_ebs */
export const quotaExceeded = (message: string) =>
  new AwsError('ServiceQuotaExceededException', message, 402, {
    Reason: 'DEPENDENCY_SERVICE_QUOTA_EXCEEDED',
  });

export function notFound(
  reason: 'SNAPSHOT_NOT_FOUND' | 'DEPENDENCY_RESOURCE_NOT_FOUND',
  message: string,
): AwsError {
  return new AwsError('ResourceNotFoundException', message, 404, { Reason: reason });
}
