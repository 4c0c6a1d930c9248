/** Amazon EC2 Auto Scaling (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/Welcome.html). */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { AutoScalingOperations } from '../../shapes/generated/autoscaling.ts';
import { serviceShapes } from '../../shapes/services.ts';

export const SERVICE = 'autoscaling.amazonaws.com';

export const autoscaling = defineService<AutoScalingOperations>({
  shapes: serviceShapes('autoscaling'),
  eventSource: SERVICE,
  denied: (denial) => new AwsError('AccessDenied', denialSentence(denial), 403),
  forwards: { invokedBy: SERVICE, viaService: (region) => `autoscaling.${region}.amazonaws.com` },
});
