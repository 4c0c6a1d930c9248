/** What a caller hears when the store cannot do its work: AWS's common error, upon which its SDKs try again. */
import { AwsError } from '../aws/aws-error.ts';
import { StoreFailure } from '../store/store-failure.ts';

/** Undefined for any other error. */
export function storeUnavailable(error: unknown): AwsError | undefined {
  if (!(error instanceof StoreFailure)) return undefined;
  const message = `The request has failed due to a temporary failure of the server: ${error.message}.`;
  return new AwsError('ServiceUnavailable', message, 503);
}
