/** The one-time code of an MFA device that comes with a request for temporary credentials. */
import type { ExecuteContext } from '../../../invoke/context.ts';
import { accessDenied } from '../sts.ts';

/** Whether the request brings a good code; throws STS's error for a bad one. */
export async function verifiedMfa(
  _context: ExecuteContext,
  { SerialNumber, TokenCode }: { readonly SerialNumber?: string; readonly TokenCode?: string },
): Promise<boolean> {
  if (SerialNumber === undefined && TokenCode === undefined) return false;
  throw accessDenied(
    'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
      'Please verify your MFA serial number is valid and associated with this user.',
  );
}
