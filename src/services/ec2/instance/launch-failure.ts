/** Why a launch came to nothing, kept by who asked for it: EC2 soon forgets the instance. */
import type { InstanceRecord } from './instance.ts';

export interface LaunchFailure {
  readonly message: string;
  /** CloudTrail's event of the call that was refused: the launch itself, or EC2's to KMS. */
  readonly eventId?: string;
}

/** Of an instance that was launched, and failed by its key (aws-facts C2). */
export function launchFailure({ id, failure, stateReason }: InstanceRecord): LaunchFailure | undefined {
  if (!failure) return undefined;
  return {
    message: `${id} has failed: ${stateReason?.Message ?? failure.message}`,
    eventId: failure.eventId,
  };
}
