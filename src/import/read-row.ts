/** One call that reads: what it takes, how it is paged, and what it is about. */
export type ReadScope = 'account' | 'organization' | 'region';

/** Takes inputs from what other calls gave: `Keys[].KeyId` of kms:ListKeys becomes one call a key. */
export interface ReadSource {
  readonly operation: string;
  /** Of its answers to this input only. */
  readonly of?: Readonly<Record<string, unknown>>;
  /** Path to the values: `Reservations[].Instances[].ImageId`. */
  readonly path: string;
  readonly as: string;
  /** The value as a list of one. */
  readonly listed?: boolean;
}

export interface ReadRow {
  /** `kms:GetKeyPolicy`: service and operation as the API names them. */
  readonly operation: string;
  readonly scope: ReadScope;
  /** Members of the output that a page has a part of; the pages are joined. Not paged where absent. */
  readonly lists?: readonly string[];
  /** Names of the token in the request and in the answer. */
  readonly token?: readonly [string, string];
  readonly input?: Readonly<Record<string, unknown>>;
  /** One call for each value of these; a single call where absent. */
  readonly each?: readonly ReadSource[];
  /** IAM action, where it is not the operation's name. */
  readonly action?: string;
  /** What is not known without it, for the report. */
  readonly gives: string;
  /** Members whose values may be secrets: they are never kept. */
  readonly omit?: readonly string[];
  /** Errors that say that there is nothing, rather than that it may not be seen. */
  readonly absent?: readonly string[];
}

export const NEXT_TOKEN = ['NextToken', 'NextToken'] as const;

/** All of a kind in a Region. */
export const listing = (
  operation: string,
  member: string,
  gives: string,
  token: ReadRow['token'] = NEXT_TOKEN,
): ReadRow => ({ operation, scope: 'region', lists: [member], token, gives });

/** What a list does not tell of each of its entries. */
export const describing = (
  operation: string,
  each: NonNullable<ReadRow['each']>[number],
  gives: string,
  scope: ReadRow['scope'] = 'region',
): ReadRow => ({ operation, scope, each: [each], gives });

/** The place under which a read is filed: what is the same in all Regions is filed once. */
export const GLOBAL = 'global';

type Output = Readonly<Record<string, unknown>>;

/** With the lists of a further page at the end of those before. */
export function withPage(
  { lists = [] }: Pick<ReadRow, 'lists'> = {},
  sofar: Output | undefined,
  page: Output,
): Record<string, unknown> {
  if (!sofar) return page;
  const whole: Record<string, unknown> = { ...sofar, ...page };
  for (const name of lists)
    whole[name] = [...((sofar[name] as unknown[]) ?? []), ...((page[name] as unknown[]) ?? [])];
  return whole;
}

/** Values along a path like `Reservations[].Instances[].ImageId`. */
export function valuesAt(output: unknown, path: string): unknown[] {
  let values: unknown[] = [output];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    values = values.flatMap((value) => {
      const inner = value && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined;
      if (inner === undefined || inner === null) return [];
      return step.endsWith('[]') ? (Array.isArray(inner) ? inner : []) : [inner];
    });
  }
  return values;
}
