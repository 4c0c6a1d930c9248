/**
 * Of what a group tells topics. SNS is not served here, so the choice is kept and described, and nothing is published
 * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-sns-notifications.html).
 */
import { parseArn } from '../../../aws/arn.ts';
import type { NotificationConfiguration } from '../../../shapes/generated/autoscaling.ts';
import { validationError } from '../errors.ts';
import type { GroupRecord } from '../group/group.ts';

export const NOTIFICATION_TYPES: readonly string[] = [
  'autoscaling:EC2_INSTANCE_LAUNCH',
  'autoscaling:EC2_INSTANCE_LAUNCH_ERROR',
  'autoscaling:EC2_INSTANCE_TERMINATE',
  'autoscaling:EC2_INSTANCE_TERMINATE_ERROR',
  'autoscaling:TEST_NOTIFICATION',
];

export function requireNotification(topic: string, types: readonly string[]): void {
  if (parseArn(topic)?.service !== 'sns') throw validationError(`Invalid SNS topic ARN: ${topic}`);
  const unknown = types.find((type) => !NOTIFICATION_TYPES.includes(type));
  if (unknown !== undefined) {
    throw validationError(
      `Invalid notification type: ${unknown}. Valid types are: [${NOTIFICATION_TYPES.join(', ')}].`,
    );
  }
}

/** One for each topic and type. */
export const showNotifications = ({ name, notifications = {} }: GroupRecord): NotificationConfiguration[] =>
  Object.entries(notifications).flatMap(([TopicARN, types]) =>
    types.map((NotificationType) => ({ AutoScalingGroupName: name, TopicARN, NotificationType })),
  );
