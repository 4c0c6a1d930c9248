/**
 * How large a session token is, of which what is passed with the session is a part: since 2026-09 AWS limits the token as a whole
 * (https://aws.amazon.com/about-aws/whats-new/2026/09/aws-sts/,
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html). Here it is the size of Latchkey's own tokens.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { validationError } from '../sts.ts';

const MAX_BYTES = 4096;

export interface TokenSize {
  readonly SessionTokenSize: number;
  readonly SessionTokenUtilization: number;
}

/** Throws PackedPolicyTooLarge over the limit. */
export function tokenSize({ sessionToken }: { readonly sessionToken: string }): TokenSize {
  const SessionTokenSize = sessionToken.length;
  if (SessionTokenSize > MAX_BYTES) {
    throw new AwsError(
      'PackedPolicyTooLarge',
      `The session token has ${SessionTokenSize} bytes, and exceeds the maximum of ${MAX_BYTES} bytes. Use smaller session ` +
        'policies, or fewer session tags.',
    );
  }
  return { SessionTokenSize, SessionTokenUtilization: Math.ceil((SessionTokenSize / MAX_BYTES) * 100) };
}

/** `MinimumSessionTokenSize`, or STS's error for what it cannot be. */
export function minTokenSize({ MinimumSessionTokenSize: size }: { MinimumSessionTokenSize?: number }) {
  const bound =
    size === undefined
      ? undefined
      : size < 0
        ? 'greater than or equal to 0'
        : size > MAX_BYTES && `less than or equal to ${MAX_BYTES}`;
  if (!bound) return size;
  throw validationError(
    `1 validation error detected: Value '${size}' at 'minimumSessionTokenSize' failed to satisfy constraint: Member must have value ${bound}`,
  );
}
