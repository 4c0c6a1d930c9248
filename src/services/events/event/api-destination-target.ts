/** API destinations as targets: nothing leaves this machine, and the record of deliveries says so. */
import { AwsError } from '../../../aws/aws-error.ts';

export function sendNowhere(): Promise<never> {
  const message = 'Latchkey calls no HTTP endpoint: the event went nowhere.';
  return Promise.reject(new AwsError('UnsupportedOperationException', message));
}
