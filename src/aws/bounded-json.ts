/**
 * JSON from outside, whose cost is bounded by more than its bytes: what is nested without end would overflow the stack of
 * whatever walks it, and millions of tiny values cost a hundred times their text.
 */

/** As deep as AWS's own readers go: https://github.com/FasterXML/jackson-core (StreamReadConstraints). */
export const MAX_JSON_DEPTH = 1000;
/** Commas and brackets: some forty times what the largest batch of any API has. */
const MAX_JSON_VALUES = 500_000;

/** The text is JSON perhaps, but nested too deeply or of too many values. */
class UnboundedJson extends SyntaxError {}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** `JSON.parse` within bounds. Throws a SyntaxError, for what is no JSON and for what is too much. */
export function parseBoundedJson(text: string, maxValues = MAX_JSON_VALUES): unknown {
  requireBounded(text, maxValues);
  return JSON.parse(text);
}

/** One pass, before anything is built. */
function requireBounded(text: string, maxValues: number): void {
  // A text this short can neither be deep nor hold much.
  if (text.length <= MAX_JSON_DEPTH) return;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      values++;
      if (++depth > MAX_JSON_DEPTH) throw new UnboundedJson(`nested deeper than ${MAX_JSON_DEPTH}`);
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
      depth--;
    } else if (code === COMMA && ++values > maxValues) {
      throw new UnboundedJson(`more than ${maxValues} values`);
    }
  }
}

/** Where the string that begins at `start` ends; the last character where it does not. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
