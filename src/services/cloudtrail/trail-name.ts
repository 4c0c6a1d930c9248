/**
 * What may be asked of the listings of trails, of which there are none (aws-facts K12).
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
 */
import { isIPv4 } from 'node:net';
import { AwsError } from '../../aws/aws-error.ts';
import type { ListingInput } from '../../service-kit/empty-listings.ts';
import { pageOf } from '../../service-kit/page.ts';
import { invalidTrailName } from './input-refusal.ts';

const invalidToken = () => new AwsError('InvalidNextTokenException', 'The NextToken is invalid.');

const LENGTH = 'characters. Specified name length:';

function nameProblem(name: string): string | undefined {
  if (name.length < 3)
    return `Trail name too short. Minimum allowed length: 3 ${LENGTH} ${name.length} characters.`;
  if (name.length > 128)
    return `Trail name too long. Maximum allowed length: 128 ${LENGTH} ${name.length} characters.`;
  if (!/^[A-Za-z0-9]/.test(name)) return 'Trail name must starts with a letter or number.';
  if (!/[A-Za-z0-9]$/.test(name)) return 'Trail name must ends with a letter or number.';
  if (!/^[A-Za-z0-9._-]+$/.test(name))
    return 'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).';
  if (/[._-]{2}/.test(name)) return 'Trail name cannot have adjacent periods, underscores or dashes.';
  return isIPv4(name) ? 'Trail name cannot be in IP address format.' : undefined;
}

export function requireListable(input: ListingInput): void {
  const { Name, TrailName, trailNameList, NextToken: token } = input;
  for (const name of [Name, TrailName, trailNameList].flat()) {
    if (typeof name !== 'string' || name.startsWith('arn:')) continue;
    const problem = nameProblem(name);
    if (problem !== undefined) throw invalidTrailName(problem);
  }
  pageOf({ token, limit: 1, invalidToken }, [], () => []);
}
