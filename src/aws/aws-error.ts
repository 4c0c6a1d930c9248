/**
 * An error as an AWS client sees it. `code` is the code without namespace (`NotFoundException`,
 * `InvalidVolume.NotFound`); each protocol writes it in its own form. `members` are further modelled
 * members of the error's shape (EBS's `Reason`), written beside the message.
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly members: Readonly<Record<string, unknown>>;
  /** CloudTrail event id of the failed call, once it is recorded: how a later failure names its cause. */
  eventId?: string;
  /** Of an error that stands for another: CloudTrail event id of the call that a service made, and that failed. */
  causedBy?: string;
  /** Request id of the failed call, for services that report it on. */
  requestId?: string;

  constructor(code: string, message: string, status = 400, members: Record<string, unknown> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }

  /** The error in words of another service's own, whose call failed with this one: what it was caused by stays known. */
  saidAs(error: AwsError): AwsError {
    error.causedBy = this.causedBy ?? this.eventId;
    return error;
  }

  get fault(): 'client' | 'server' {
    return this.status >= 500 ? 'server' : 'client';
  }
}
