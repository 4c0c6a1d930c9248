/**
 * Filter patterns of FilterLogEvents: terms, properties of JSON events, fields of those that are words
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
 */
import { notServed } from '../errors.ts';
import { type Filter, invalidPattern } from './filter.ts';
import { parseJsonFilter } from './json-filter.ts';
import { parseSpaceDelimitedFilter } from './space-delimited-filter.ts';

/** Throws where the pattern is invalid, or of a kind that is not served. */
export function parseFilterPattern(pattern: string): Filter {
  const text = pattern.trim();
  if (text.startsWith('{')) return parseJsonFilter(text);
  if (text.startsWith('[')) return parseSpaceDelimitedFilter(text);
  return parseTerms(text);
}

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/y;

/** Every plain term must be there, no term with `-`, and of those with `?` one, which count only where all have it. */
function parseTerms(text: string): Filter {
  const terms: { readonly sign: string; readonly word: string }[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const [, sign = '', quoted, plain] = TERM.exec(text) ?? [];
    const word = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (word === undefined) throw invalidPattern();
    if (plain && /^%.*%$/.test(plain)) throw notServed('regular expressions in filter patterns');
    if (plain && !/^[\w*]+$/.test(plain)) throw invalidPattern();
    terms.push({ sign, word });
  }
  const ofSign = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ word }) => word);
  const [all, none, any] = [ofSign(''), ofSign('-'), ofSign('?')];
  const isAlternative = any.length > 0 && any.length === terms.length;
  return (message) =>
    all.every((word) => message.includes(word)) &&
    !none.some((word) => message.includes(word)) &&
    (!isAlternative || any.some((word) => message.includes(word)));
}
