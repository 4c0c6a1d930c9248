/** The statuses of a Spot Instance request, in AWS's words where a capture shows them (aws-facts I6). */

const MESSAGES = {
  'bad-parameters': 'Your Spot request failed due to bad parameters.',
  'canceled-before-fulfillment': 'Your Spot request was canceled before it was fulfilled.',
  'capacity-not-available': 'There is no Spot capacity available that matches your request.',
  fulfilled: 'Your Spot request is fulfilled.',
  'instance-stopped-by-user': 'Your Spot Instance was stopped due to a user-initiated stop.',
  'instance-stopped-no-capacity':
    'Your Spot Instance was stopped because there is no Spot capacity available that matches your request.',
  'instance-terminated-by-service': 'Your Spot Instance was terminated from a stopped state.',
  'instance-terminated-by-user': 'Spot Instance terminated due to user-initiated termination.',
  'instance-terminated-no-capacity':
    'Your Spot Instance was terminated because there is no Spot capacity available that matches your request.',
  'marked-for-stop': 'Your Spot Instance is marked for stopping.',
  'not-scheduled-yet': 'Your Spot request will not be evaluated until its scheduled date.',
  'pending-evaluation': 'Your Spot request has been submitted for review, and is pending evaluation.',
  'pending-fulfillment': 'Your Spot request is pending fulfillment.',
  'price-too-low':
    'Your Spot request price is lower than the minimum required Spot request fulfillment price.',
  'request-canceled-and-instance-running':
    'Your Spot request is canceled, but your instance is still running.',
  'schedule-expired': 'Your Spot request expired before it was fulfilled.',
  'system-error': 'There was an unexpected system error.',
} as const;

export type SpotStatusCode = keyof typeof MESSAGES;

export const spotStatus = (code: SpotStatusCode, nowMs: number, message: string = MESSAGES[code]) => ({
  code,
  message,
  updatedAtMs: nowMs,
});
