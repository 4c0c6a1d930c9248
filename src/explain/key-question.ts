/** A key that somebody asks about. */
import { AwsError } from '../aws/aws-error.ts';
import { type KeyFacts, keyFacts } from '../services/kms/index.ts';

/** Why the question cannot be answered, in KMS's words where it has some. */
export class NoAnswer extends Error {
  /** Where in the document that was given, counted from 1. */
  readonly place: { readonly line: number; readonly column: number } | undefined;

  constructor(message: string, place?: NoAnswer['place']) {
    super(message);
    this.place = place;
  }
}

export function inWordsOfKms(error: unknown): never {
  throw error instanceof AwsError ? new NoAnswer(`${error.code}: ${error.message}`) : error;
}

/** `identifier`: a key id, an alias, or the ARN of either. */
export async function factsOf(where: Parameters<typeof keyFacts>[0], identifier: string): Promise<KeyFacts> {
  const key = await keyFacts(where, identifier).catch(inWordsOfKms);
  if (!key) throw new NoAnswer(`There is no key ${identifier}.`);
  return key;
}

/** The ARN of the key that an alias, a key id or an ARN names; undefined where it names none. */
export async function keyNamed(
  where: Parameters<typeof keyFacts>[0],
  identifier: string,
): Promise<string | undefined> {
  const isName = /^(?:alias\/|mrk-|[0-9a-f]{8}-)|:(?:key|alias)\//.test(identifier);
  if (!isName) return undefined;
  return keyFacts(where, identifier).then(
    (key) => key?.arn,
    () => undefined,
  );
}
