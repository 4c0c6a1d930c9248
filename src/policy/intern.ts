/** Parsed policies shared by document text: a thousand roles with one policy hold it, and its closures, once. */
import { type ParseResult, type PolicyKind, parsePolicy } from './parse.ts';

/** Characters of document text kept a kind, so that large documents cannot crowd out memory. */
const CAPACITY = 8_000_000;

interface Interned {
  readonly documents: Map<string, ParseResult>;
  size: number;
}

const caches = new Map<PolicyKind, Interned>();

/** As `parsePolicy`, remembering the most recently used documents. Equal text and kind give the same Policy object. */
export function internPolicy(source: string, kind: PolicyKind): ParseResult {
  const cache = caches.get(kind) ?? { documents: new Map(), size: 0 };
  caches.set(kind, cache);
  const { documents } = cache;
  const known = documents.get(source);
  const result = known ?? parsePolicy(source, kind);
  // Maps keep insertion order, so putting it back makes it the youngest.
  if (known !== undefined) documents.delete(source);
  else cache.size += source.length;
  documents.set(source, result);
  for (const oldest of documents.keys()) {
    if (cache.size <= CAPACITY || oldest === source) break;
    documents.delete(oldest);
    cache.size -= oldest.length;
  }
  return result;
}
