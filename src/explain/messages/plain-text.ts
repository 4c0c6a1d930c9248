/**
 * A message as its sentences, whatever it came through. A chat or ticket system makes links, marks and other quotes of its parts;
 * a log shipper puts its own words before each line, or changes the case; a URL, a mail and a page escape characters. None of that
 * is of the message, and no name or ARN of AWS has any of it.
 */
import { withSentences } from './console-panel.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told of colours by them
const COLOUR = /\u001b\[[\d;]*m/g;

/** Put between characters so that a line may break there, or that nothing becomes a link. */
const INVISIBLE = /\u00ad|\u200b|\u200c|\u200d|\u2060|\ufeff/g;

// Each run of them is looked at once: a text may have a million.
const ESCAPED_QUOTE = /(?<!\\)\\+"/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&nbsp;': ' ',
  '&#160;': ' ',
};
const ENTITY = /&(?:quot|apos|lt|gt|amp|nbsp|#39|#x27|#160);/gi;

/** Of a text in one word its words, where it was made one: in the query of a URL, or on a page. */
export function inWords(text: string): string {
  const spaced = text.replace(/&nbsp;|&#160;/gi, ' ');
  if (/\s/.test(spaced.trim())) return spaced;
  const words = /\+is\+not\+/i.test(spaced) ? spaced.replaceAll('+', ' ') : spaced;
  return /%(?:20|3A)/i.test(words) ? words.replace(/(?:%[0-9a-f]{2})+/gi, decoded) : words;
}

function decoded(escaped: string): string {
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
}

/** Without colours, frames, quotation of mail and marks of chats and tickets; without escapes and entities; and in sentences. */
export const plainText = (text: string): string =>
  withSentences(
    withoutMarks(
      withoutFrames(inWords(text.replace(COLOUR, '').replace(INVISIBLE, '')))
        .replace(ENTITY, (entity) => ENTITIES[entity.toLowerCase()] ?? entity)
        .replace(/\\{1,8}u00([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
        .replace(/\\[nrt]/g, ' ')
        .replace(ESCAPED_QUOTE, '"'),
    ),
  );

/** What stands before each line: its number, the container that printed it, when and where that was. */
const LINE_HEADS: readonly RegExp[] = [
  /^\s{0,8}\d{1,6}[:|\t] ?/,
  /^[\w.-]{1,64} {0,20}\| /,
  /^(?:\[?\d{4}-\d\d-\d\d[T ][\d:.,]{5,20}(?:Z|[+-]\d\d:?\d\d)?\]?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?:[\w.-]{1,64} [\w./-]{1,64}(?:\[\d{1,9}\])?: ?)?/,
];

/** A line that ends with one was not cut in a word. */
const WHOLE_ID = /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function withoutFrames(text: string): string {
  const bare = text.replace(/[│╷╵]/g, ' ').replace(/^[ \t]*(?:\|(?=[ \t])|(?:>[ \t]?)+)/gm, ' ');
  const lines = bare.trimEnd().split(/\r?\n/);
  const head = lines.length > 1 && LINE_HEADS.find((each) => lines.every((line) => each.test(line)));
  return unwrapped(head ? lines.map((line) => line.replace(head, '')).join('\n') : bare);
}

/** A terminal's lines are all as long, whatever they cut in two; of a narrower one than this there is none. */
const MIN_WIDTH = 40;

/** A mail's end in the sign that says that they do not. */
function unwrapped(text: string): string {
  const lines = text.trimEnd().split(/\r?\n/);
  const before = lines.slice(0, -1);
  if (before.length === 0) return text;
  if (before.every((line) => line.endsWith('='))) {
    return [...before.map((line) => line.slice(0, -1)), lines.at(-1)].join('').replaceAll('=3D', '=');
  }
  const width = before[0]?.length ?? 0;
  const isCut = width >= MIN_WIDTH && before.every(({ length }) => length === width);
  return isCut ? lines.map((line) => line.replace(WHOLE_ID, '$& ')).join('') : text;
}

/** Quotes as a word processor sets them, links, emphasis and code as chats, tickets, Markdown and HTML mark them. */
const withoutMarks = (text: string): string =>
  inOneCase(
    text
      .replace(/[“”„«»]/g, '"')
      .replace(/[‘’‚]/g, "'")
      .replace(/<(arn:[^\s<>|]{1,2048})(?:\|[^<>]{0,2048})?>/gi, '$1')
      .replace(/<\/?(?:a|b|i|u|em|strong|code|pre|span|tt|kbd|mark)(?:\s[^<>]{0,300})?>/gi, '')
      .replace(/<\/?(?:br|p|div|td|tr|li|ul|ol|table|tbody|blockquote)(?:\s[^<>]{0,300})?\/?>/gi, ' ')
      .replace(/\{\{([^{}\n]{1,2048})\}\}/g, '$1')
      .replace(/\\([_*-])/g, '$1')
      .replace(/\*\*([^*\s](?:[^*\n]{0,2048}[^*\s])?)\*\*/g, '$1')
      .replace(/(?<![\w/:*"-])\*([^*\s](?:[^*\n]{0,2048}[^*\s])?)\*(?![\w*"])/g, '$1'),
  );

/** Of capitals alone nobody knows which were there; ids and Regions have none. */
const inOneCase = (text: string): string =>
  /[a-z]/.test(text) || !/AUTHORI[SZ]ED/.test(text) ? text : text.toLowerCase();
