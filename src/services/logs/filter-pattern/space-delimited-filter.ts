/**
 * Filters on the fields of events that are words: `[ip, user, ..., request = *.html*, status = 4* || status = 500]`
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, aws-facts D7.4).
 */
import { isComparison, parseComparison, parseExpression, type Test, Tokens } from './expression.ts';
import { type Filter, invalidPattern } from './filter.ts';

const TOKEN =
  /\s*(?:(?<sign>\.\.\.|&&|\|\||!=|<=|>=|[()[\],=<>])|"(?<quoted>(?:[^"\\]|\\.)*)"|(?<word>[^\s()[\],=<>&|!"]+))/;
const NAME = /^[A-Za-z_]\w*$/;
const ELLIPSIS = '...';

type FieldTest = Test<string>;

export function parseSpaceDelimitedFilter(text: string): Filter {
  const tokens = new Tokens(text, TOKEN);
  const items: (FieldTest | typeof ELLIPSIS)[] = [];
  tokens.expect('[');
  do items.push(parseItem(tokens));
  while (tokens.skip(','));
  tokens.expect(']');
  tokens.expectEnd();
  const ellipsis = items.indexOf(ELLIPSIS);
  const tests = items.filter((item): item is FieldTest => item !== ELLIPSIS);
  if (tests.length < items.length - 1) throw invalidPattern();
  if (ellipsis === -1) return (message) => matches(tests, fieldsOf(message, tests.length));
  const after = tests.length - ellipsis;
  return (message) => {
    const fields = fieldsOf(message);
    if (fields.length < tests.length) return false;
    const last = fields.slice(fields.length - after);
    return matches(tests, [...fields.slice(0, ellipsis), ...last]);
  };
}

const matches = (tests: readonly FieldTest[], fields: readonly string[]) =>
  fields.length === tests.length && tests.every((test, index) => test(fields[index]!));

/** A field by its name, whatever it holds, or conditions on it. */
function parseItem(tokens: Tokens): FieldTest | typeof ELLIPSIS {
  if (tokens.skip(ELLIPSIS)) return ELLIPSIS;
  return parseExpression(tokens, () => parseCondition(tokens));
}

function parseCondition(tokens: Tokens): FieldTest {
  const { kind, text: name } = tokens.next();
  if (kind !== 'word' || !NAME.test(name)) throw invalidPattern();
  if (!isComparison(tokens.peek())) return () => true;
  const { number, text } = parseComparison(tokens);
  return (field) => {
    const value = field === '' ? Number.NaN : Number(field);
    return number && !Number.isNaN(value) ? number(value) : (text?.(field) ?? false);
  };
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '[': ']' };

/** What is in quotes or brackets is one field. Where there are more than `atMost`, the last is the rest of the event. */
function fieldsOf(message: string, atMost = Number.POSITIVE_INFINITY): string[] {
  const text = message.trim();
  // Looked for once: an event of brackets that never close is read no further for each of them.
  const lastClosing = { '"': text.lastIndexOf('"'), ']': text.lastIndexOf(']') };
  const fields: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const closing = CLOSING[text[at]!] as '"' | ']' | undefined;
    const isEnclosed = closing !== undefined && lastClosing[closing] > at;
    const end = isEnclosed ? text.indexOf(closing, at + 1) : endOfWord(text, at);
    const isRest = fields.length === atMost - 1 && end + 1 < text.length;
    if (isRest) return [...fields, text.slice(at)];
    fields.push(isEnclosed ? text.slice(at + 1, end) : text.slice(at, end));
    at = isEnclosed ? end + 1 : end;
  }
  return fields;
}

const WORD = /\S+/y;

function endOfWord(text: string, at: number): number {
  WORD.lastIndex = at;
  WORD.exec(text);
  return WORD.lastIndex;
}
