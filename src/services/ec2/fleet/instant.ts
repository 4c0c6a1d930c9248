/** What is done only to fleets that go on after their reply. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { FleetRecord } from './fleet.ts';

/** aws-facts I20 */
export function notForInstant({ id, type }: FleetRecord, what: string): void {
  if (type !== 'instant') return;
  throw new AwsError(
    'Unsupported',
    `Fleet ${id} is instant fleet. ${what} is not supported by this type of fleet`,
  );
}
