/** What KMS refused, kept with the resource that it failed: `explain` follows it to the audit event. */
import { AwsError } from '../../../aws/aws-error.ts';

export interface KmsFailure {
  /** The KMS operation, e.g. `CreateGrant`. */
  readonly operation: string;
  /** CloudTrail's event id of the failed call. */
  readonly eventId?: string;
  readonly code: string;
  readonly message: string;
  /** The key that the call was for, where it is known by its ARN. */
  readonly keyArn?: string;
  /** The volume that it failed, where it failed an instance. */
  readonly volumeId?: string;
}

/** The outcome of work that KMS may refuse: AWS mostly shows the failure later, on the resource (aws-facts C). */
export type Attempt<T> = { readonly value: T } | Refused;

export interface Refused {
  readonly failure: KmsFailure;
}

/** Asks KMS; an error of KMS's becomes the attempt's failure. */
export async function attempt<T>(
  operation: string,
  keyId: string | undefined,
  ask: () => Promise<T>,
): Promise<Attempt<T>> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { eventId, code, message } = error;
    const keyArn = keyId?.includes(':key/') ? keyId : undefined;
    return { failure: { operation, eventId, code, message, keyArn } };
  }
}

export function hasFailed(outcome: Attempt<unknown>): outcome is Refused {
  return 'failure' in outcome;
}
