/** Organizations' words for inputs that break the constraints of its API: one error, and a reason. */
import type { AwsError } from '../../aws/aws-error.ts';
import type { Violation } from '../../shapes/violation.ts';
import { invalidInput } from './errors.ts';

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html#API_CreateAccount_Errors */
const REASONS: readonly (readonly [wording: RegExp, reason: string, message: string])[] = [
  [/regular expression/, 'INVALID_PATTERN', 'You provided a value that does not match the required pattern.'],
  [/enum value set/, 'INVALID_ENUM', 'You specified an invalid value.'],
  [/length less/, 'MAX_LENGTH_EXCEEDED', 'You provided a string parameter that is longer than allowed.'],
  [/length greater/, 'MIN_LENGTH_EXCEEDED', 'You provided a string parameter that is shorter than allowed.'],
  [
    /value less/,
    'MAX_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a larger value than allowed.',
  ],
  [
    /value greater/,
    'MIN_VALUE_EXCEEDED',
    'You provided a numeric parameter that has a smaller value than allowed.',
  ],
];

export function inputRefused([first]: readonly Violation[]): AwsError | undefined {
  if (!first) return undefined;
  if (first.kind === 'missing') {
    return invalidInput('You must include a value for all required parameters.', 'INPUT_REQUIRED');
  }
  const found = REASONS.find(([wording]) => wording.test(first.wording));
  return found && invalidInput(found[2], found[1]);
}
