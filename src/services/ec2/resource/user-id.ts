/** Whom a request names: accounts, and the words that stand for some (`self`, `all`, `amazon`). */
import { AwsError } from '../../../aws/aws-error.ts';

/** Throws for what is neither (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html). */
export function requireUserIds(ids: readonly string[] | undefined, words: readonly string[]): void {
  const malformed = ids?.find((id) => !words.includes(id) && !/^\d{12}$/.test(id));
  if (malformed === undefined) return;
  throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${malformed}"`);
}
