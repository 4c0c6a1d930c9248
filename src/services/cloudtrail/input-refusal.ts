/** CloudTrail's errors for inputs that break the constraints of its API: one for each member. */
import { AwsError } from '../../aws/aws-error.ts';
import { type Violation, violationMessage } from '../../shapes/violation.ts';

const CODES: Readonly<Record<string, string>> = {
  maxResults: 'InvalidMaxResultsException',
  eventCategory: 'InvalidEventCategoryException',
  lookupAttributes: 'InvalidLookupAttributesException',
};

export function inputRefused(violations: readonly Violation[]): AwsError | undefined {
  const [first] = violations;
  const member = first?.path.split(/[.[]/, 1)[0] ?? '';
  return Object.hasOwn(CODES, member)
    ? new AwsError(CODES[member] as string, violationMessage(violations))
    : undefined;
}
