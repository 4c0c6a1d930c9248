/** The store cannot do its work, through no fault of whoever asked. */

/**
 * `full`: there is no room, or no descriptor is left; goes on by itself when there is. `failed`: the disk reported an
 * error, and what it holds of the last commit is unknown until the file is opened anew. `damaged`: what is read is not
 * what was written.
 */
export type StoreFailureKind = 'full' | 'failed' | 'damaged';

/** The message is fit for the user, and holds nothing that is stored. */
export class StoreFailure extends Error {
  readonly kind: StoreFailureKind;

  constructor(kind: StoreFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreFailure';
    this.kind = kind;
  }
}
