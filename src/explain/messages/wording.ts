/** A message in which a service speaks of a key, and what can be said to it. */
export interface Wording {
  readonly pattern: RegExp;
  /** Which was refused by KMS: the last such refusal that is recorded may be meant. */
  readonly service?: string;
  /** Of what was asked for, or of the state of things, whoever asked. */
  readonly isOfRequest?: true;
  /** In a sentence; what the pattern found first to say it with. */
  says(found: string, key: string | undefined): string;
}
