/** What a call was refused with; undefined where it was answered. */
import { AwsError } from '../../../aws/aws-error.ts';

export async function refusalOf(call: Promise<unknown>): Promise<AwsError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
