/**
 * CloudWatch's alarms as the front door sees them
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html). No metrics are made here, so nothing
 * but SetAlarmState changes an alarm's state.
 */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { CloudwatchOperations } from '../../shapes/generated/cloudwatch.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { notServed } from './errors.ts';

export const cloudwatch = defineService<CloudwatchOperations>({
  shapes: serviceShapes('cloudwatch'),
  eventSource: 'monitoring.amazonaws.com',
  denied: (denial) => new AwsError('AccessDenied', denialSentence(denial), 403),
  unserved: notServed,
  forwards: { invokedBy: 'monitoring.amazonaws.com' },
});
