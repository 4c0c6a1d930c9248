/** The refusal of what Latchkey does not serve, by its name. */
import { AwsError } from '../../../aws/aws-error.ts';
import { askedUnserved, type UnservedMember } from '../../../invoke/unserved.ts';

export const notServed = (what: string) =>
  new AwsError('UnsupportedOperation', `Latchkey does not serve ${what}.`);

/** For parameters that do not come with the request itself: those of a launch template. */
export function requireServed(input: object, members: readonly UnservedMember[]): void {
  const unserved = askedUnserved(input, members);
  if (unserved) throw notServed(unserved);
}
