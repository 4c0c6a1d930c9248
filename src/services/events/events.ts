/** EventBridge as the front door sees it (https://docs.aws.amazon.com/eventbridge/latest/APIReference/Welcome.html). */
import { AwsError } from '../../aws/aws-error.ts';
import { denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { EventsOperations } from '../../shapes/generated/events.ts';
import { serviceShapes } from '../../shapes/services.ts';

export const events = defineService<EventsOperations>({
  shapes: serviceShapes('events'),
  eventSource: 'events.amazonaws.com',
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(denial)),
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
  forwards: {
    invokedBy: 'events.amazonaws.com',
    viaService: (region) => `events.${region}.amazonaws.com`,
  },
});

/** As what it delivers, and as what CloudTrail knows it. */
export const EVENTBRIDGE = { principal: 'events.amazonaws.com', invokedBy: 'events.amazonaws.com' };
