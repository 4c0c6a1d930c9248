/** IAM's words for inputs that break the constraints of its API. */
import type { AwsError } from '../../aws/aws-error.ts';
import { type Violation, violationMessage } from '../../shapes/violation.ts';
import { validationError } from './errors.ts';

const PATTERN = 'Member must satisfy regular expression pattern: ';
const AT_LEAST_ONE = 'Member must have length greater than or equal to 1';

const PRINTABLE = 'It must contain only printable ASCII characters.';
const PATH = 'It must begin and end with / and contain only alphanumeric characters and/or / characters.';

/** What IAM says of values that do not match a pattern, by its text in the API's model; others are refused with the pattern itself. */
const EXPECTATIONS: Readonly<Record<string, string>> = {
  '[\\w+=,.@-]+': 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)': PATH,
  '((/[A-Za-z0-9\\.,\\+@=_-]+)*)/': PATH,
};

/** Keys of tags must also be there, and IAM lists that among what each of them must be. */
const NOT_NULL = ', Member must not be null]';

const withNotNull = (violation: Violation): Violation =>
  violation.kind === 'constraint' && violation.path === 'tagKeys' && violation.wording.endsWith(']')
    ? { ...violation, wording: violation.wording.replace(/\]$/, NOT_NULL) }
    : violation;

/** IAM never tells the value, and tells a mistaken name or path in a sentence of its own. */
export function inputRefused(violations: readonly Violation[]): AwsError {
  const mismatch = violations.find((violation) => expectation(violation) !== undefined);
  const isAll = violations.every(
    (violation) => violation === mismatch || isOnlyEmpty(violation, mismatch?.path),
  );
  return validationError(
    mismatch && isAll
      ? `The specified value for ${mismatch.path} is invalid. ${expectation(mismatch)}`
      : violationMessage(violations.map(withNotNull), { values: false }),
  );
}

function expectation(violation: Violation): string | undefined {
  if (violation.kind === 'missing' || !violation.wording.startsWith(PATTERN)) return undefined;
  if (violation.path.endsWith('olicyDocument')) return PRINTABLE;
  const pattern = violation.wording.slice(PATTERN.length);
  return Object.hasOwn(EXPECTATIONS, pattern) ? EXPECTATIONS[pattern] : undefined;
}

/** An empty name is too short as well, which goes without saying. */
function isOnlyEmpty(violation: Violation, path: string | undefined): boolean {
  return violation.path === path && violation.kind === 'constraint' && violation.wording === AT_LEAST_ONE;
}
