/** A key that somebody asks about. */
import { parseArn } from '../../aws/arn.ts';
import { AwsError } from '../../aws/aws-error.ts';
import { areKeysListed } from '../../invoke/imported/imported-world.ts';
import { type KeyFacts, keyFacts } from '../../services/kms/index.ts';
import type { ReadTransaction } from '../../store/store.ts';

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

/** Where it is by its ARN: KMS answers for its own Region alone, and who asks about a key is in none. */
const atHome = <T extends Parameters<typeof keyFacts>[0]>(where: T, identifier: string): T => ({
  ...where,
  region: parseArn(identifier)?.region || where.region,
});

/** `identifier`: a key id, an alias, or the ARN of either. */
export async function factsOf(where: Parameters<typeof keyFacts>[0], identifier: string): Promise<KeyFacts> {
  const found = await keyFacts(atHome(where, identifier), identifier).catch((error: unknown) =>
    error instanceof AwsError ? error : Promise.reject(error),
  );
  if (found && !(found instanceof AwsError)) return found;
  throw (await unreadKey(where, identifier)) ?? (found ? inWordsOfKms(found) : noKey(identifier));
}

const noKey = (identifier: string) => new NoAnswer(`There is no key ${identifier}.`);

/** Why nothing can be said of a key that is not here; where all keys are, there is none. */
export async function noSuchKey(
  where: Parameters<typeof keyFacts>[0],
  identifier: string,
): Promise<NoAnswer> {
  return (await unreadKey(where, identifier)) ?? noKey(identifier);
}

/** Of an imported account whose keys nobody could list, a key that is not here may be there. */
async function unreadKey(
  { tx, account, region }: Parameters<typeof keyFacts>[0],
  identifier: string,
): Promise<NoAnswer | undefined> {
  const { account: owner = account, region: home = region } = parseArn(identifier) ?? {};
  if (await areKeysListed(tx, { account: owner, region: home })) return undefined;
  return new NoAnswer(
    `Of ${identifier} nothing is known: the keys of account ${owner} in ${home} were not read (kms:ListKeys). "latchkey check" says what else is missing.`,
  );
}

/** Undefined of what is no key that is here: an alias is a resource of its own where one asks to make it. */
export async function keyOf(tx: ReadTransaction, arn: string): Promise<KeyFacts | undefined> {
  const { service, resource = '', account = '', region = '' } = parseArn(arn) ?? {};
  if (service !== 'kms' || !resource.startsWith('key/')) return undefined;
  return keyFacts({ tx, account, region }, arn).catch(() => undefined);
}

/** The ARN of the key that an alias, a key id or an ARN names; undefined where it names none. */
export async function keyNamed(
  where: Parameters<typeof keyFacts>[0],
  identifier: string,
): Promise<string | undefined> {
  const isName = /^(?:alias\/|mrk-|[0-9a-f]{8}-)|:(?:key|alias)\//.test(identifier);
  if (!isName) return undefined;
  return keyFacts(atHome(where, identifier), identifier).then(
    (key) => key?.arn,
    () => undefined,
  );
}
