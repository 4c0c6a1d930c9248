/** Where something happens or lives: an account, in a Region. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}
