import { AwsError } from '../../../aws/aws-error.ts';

/**
 * Refuses by name what a request asks for and Latchkey does not do: to leave it out in silence would be a lie. What is
 * off or empty asks for nothing.
 */
export function requireServed<I extends object>(input: I, members: readonly (keyof I & string)[]): void {
  const asked = members.find((name) => isAsked(input[name]));
  if (asked) throw new AwsError('UnsupportedOperation', `Latchkey does not serve ${asked}.`);
}

function isAsked(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isAsked);
  if (typeof value === 'object' && value !== null) return Object.values(value).some(isAsked);
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}
