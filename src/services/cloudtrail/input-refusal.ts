/** CloudTrail's errors for inputs that break the constraints of its API: one for each member (aws-facts K12). */
import { AwsError } from '../../aws/aws-error.ts';
import { type Violation, violationMessage } from '../../shapes/violation.ts';

const CODES: Readonly<Record<string, string>> = {
  destination: 'EventDataStoreARNInvalidException',
  eventCategory: 'InvalidEventCategoryException',
  eventDataStore: 'EventDataStoreARNInvalidException',
  importStatus: 'InvalidParameterException',
  lookupAttributes: 'InvalidLookupAttributesException',
  maxResults: 'InvalidMaxResultsException',
  nextToken: 'InvalidNextTokenException',
  queryStatus: 'InvalidQueryStatusException',
};

export const invalidTrailName = (problem: string) => new AwsError('InvalidTrailNameException', problem);

export function inputRefused(violations: readonly Violation[]): AwsError | undefined {
  const [first] = violations;
  const member = first?.path.split(/[.[]/, 1)[0] ?? '';
  if (first?.kind === 'missing' && (member === 'name' || member === 'trailName')) {
    return invalidTrailName('Trail name cannot be blank!');
  }
  const code = Object.hasOwn(CODES, member) ? CODES[member] : undefined;
  return code === undefined ? undefined : new AwsError(code, violationMessage(violations));
}
