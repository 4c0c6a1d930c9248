/** How alarms name others. */

/** The name in an alarm's ARN; a name may have colons. */
export const nameOfAlarmArn = (arn: string): string | undefined =>
  /^arn:[^:]+:cloudwatch:[^:]*:\d{12}:alarm:(.+)$/.exec(arn)?.[1];
