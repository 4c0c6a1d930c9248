/** User data: base64 of 16 KiB at most (aws-facts F59, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html). */
import { AwsError } from '../../../aws/aws-error.ts';

const MAX_BYTES = 16_384;

export function requireUserData(text: string | undefined): void {
  if (!text) return;
  requireEncoded(text);
  if (Buffer.from(text, 'base64').length > MAX_BYTES)
    throw new AwsError('InvalidParameterValue', `User data is limited to ${MAX_BYTES} bytes`);
}

/** Launch templates ask for no more than this. */
export function requireEncoded(text: string): void {
  if (isBase64(text)) return;
  throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
}

function isBase64(text: string): boolean {
  const solid = text.replace(/\s/g, '');
  return solid.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(solid);
}
