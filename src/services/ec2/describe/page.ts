/** Pages of a Describe operation: MaxResults, and an opaque NextToken that names the last id shown. */
import { AwsError } from '../../../aws/aws-error.ts';
import {
  readPage as readSharedPage,
  type PageRequest as SharedRequest,
  pageOf as sharedPageOf,
} from '../../../service-kit/page.ts';

export interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

export interface PageLimits {
  readonly min?: number;
  readonly max?: number;
  /** MaxResults above `max` gives pages of `max`, where AWS does not refuse it. */
  readonly lenient?: boolean;
  /** How AWS refuses a token that is not one of its own, where it is not the usual sentence. */
  readonly invalidToken?: (token: string) => AwsError;
  /** Size of a page without MaxResults; all when absent. */
  readonly otherwise?: number;
}

export interface Page<R> {
  readonly items: readonly R[];
  readonly nextToken?: string;
}

const refused = (name: string, value: unknown, expected: string) =>
  new AwsError('InvalidParameterValue', `Value ( ${value} ) for parameter ${name} is invalid. ${expected}`);

/** One page in the order of `idOf`. */
export function pageOf<R>(
  items: readonly R[],
  idOf: (item: R) => string,
  request: PageRequest,
  limits?: PageLimits,
): Page<R> {
  const shared = sharedPageOf(sharedRequest(request, limits), items, (item) => [idOf(item)]);
  return { items: shared.items, nextToken: shared.token };
}

/** The same of what `read` finds in the order of ids, of which no more is read than the page takes. */
export async function readPage<R extends { readonly id: string }>(
  request: PageRequest,
  limits: PageLimits | undefined,
  read: (range: { after?: string; limit: number }) => Promise<readonly R[]>,
): Promise<Page<R>> {
  const shared = await readSharedPage(
    sharedRequest(request, limits),
    ({ after, limit }) => read({ after: after && String(after[0]), limit }),
    ({ id }) => [id],
  );
  return { items: shared.items, nextToken: shared.token };
}

function sharedRequest(
  { NextToken: token, MaxResults: wanted }: PageRequest,
  { min = 5, max = 1000, lenient = false, otherwise, invalidToken = unparsedToken }: PageLimits = {},
): SharedRequest {
  if (wanted !== undefined && wanted < min) {
    throw refused('maxResults', wanted, `Expecting a value greater than ${min}.`);
  }
  if (wanted !== undefined && wanted > max && !lenient) {
    throw refused('maxResults', wanted, `Expecting a value less than or equal to ${max}.`);
  }
  const limit = Math.min(
    wanted ?? otherwise ?? Number.POSITIVE_INFINITY,
    wanted === undefined ? Infinity : max,
  );
  return { token: token || undefined, limit, invalidToken };
}

const unparsedToken = () => new AwsError('InvalidParameterValue', 'Unable to parse pagination token');

/** EC2 refuses pages beside a list of ids. */
export function requireNoPageOfIds(
  name: string,
  ids: readonly string[] | undefined,
  request: PageRequest,
): void {
  if (!ids || ids.length === 0) return;
  const paging =
    request.MaxResults !== undefined ? 'maxResults' : request.NextToken ? 'nextToken' : undefined;
  if (!paging) return;
  throw new AwsError(
    'InvalidParameterCombination',
    `The parameter ${name} cannot be used with the parameter ${paging}`,
  );
}
