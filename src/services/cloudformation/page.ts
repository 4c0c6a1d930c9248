/** Pages of a listing: an opaque NextToken that names the last item shown. */
import { validationError } from './cloudformation.ts';

const PAGE_SIZE = 100;
const MARK = 'cfn:';

/** `items` in the order in which they are shown; `idOf` is unique among them. */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  token: string | undefined,
  size = PAGE_SIZE,
): { readonly items: T[]; readonly NextToken?: string } {
  const start = token === undefined ? 0 : items.findIndex((item) => idOf(item) === readToken(token)) + 1;
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  const isMore = last !== undefined && start + page.length < items.length;
  return {
    items: page,
    NextToken: isMore ? Buffer.from(MARK + idOf(last)).toString('base64url') : undefined,
  };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(MARK)) throw validationError(`Invalid nextToken ${token}`);
  return text.slice(MARK.length);
}
