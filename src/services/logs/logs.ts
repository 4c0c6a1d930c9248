/** CloudWatch Logs as the front door sees it (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/). */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { LogsOperations } from '../../shapes/generated/logs.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { violationMessage } from '../../shapes/violation.ts';
import { invalidParameter, notServed } from './errors.ts';

export const logs = defineService<LogsOperations>({
  shapes: serviceShapes('logs'),
  eventSource: 'logs.amazonaws.com',
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  inputRefused: (violations) => {
    const isTooLong = violations.some(
      (each) =>
        each.kind === 'constraint' && /^log(Group|Stream)Name$/.test(each.path) && /less/.test(each.wording),
    );
    return invalidParameter(
      isTooLong
        ? 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.'
        : violationMessage(violations),
    );
  },
  unserved: notServed,
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
  forwards: {
    invokedBy: 'logs.amazonaws.com',
    viaService: (region) => `logs.${region}.amazonaws.com`,
  },
});
