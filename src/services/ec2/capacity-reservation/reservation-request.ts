/** What requests say of a Capacity Reservation's size and end. */
import { AwsError } from '../../../aws/aws-error.ts';

const MAX_INSTANCES = 1000;

export function requireCount(count: number): void {
  if (count >= 1 && count <= MAX_INSTANCES) return;
  throw count < 1
    ? new AwsError('InvalidParameterValue', `Value (${count}) for parameter instanceCount is invalid.`)
    : new AwsError(
        'InstanceLimitExceeded',
        `You have requested more instances (${count}) than your limit of ${MAX_INSTANCES}.`,
      );
}

interface EndRequest {
  readonly EndDate?: number;
  readonly EndDateType?: 'limited' | 'unlimited';
}

/** When it ends; undefined for never. */
export function requestedEnd(
  { EndDate: date, EndDateType: type = date === undefined ? 'unlimited' : undefined }: EndRequest,
  nowMs: number,
): number | undefined {
  if (type === 'unlimited' && date === undefined) return undefined;
  if (type !== 'limited' || date === undefined) {
    throw new AwsError(
      'InvalidParameterCombination',
      "An end date is specified with the EndDateType 'limited', and only with it.",
    );
  }
  if (date > nowMs) return date;
  throw new AwsError('InvalidParameterValue', 'The end date must be in the future.');
}
