/**
 * Reads JSON and keeps where everything stood: EventBridge tells where in a pattern a fault lies, by line and column,
 * as the parser that it is built on counts them.
 */
interface Placed {
  /** Where the parser stands once it has seen what comes, and before it reads it. */
  readonly at: number;
  /** Behind the last character. */
  readonly end: number;
}

export type JsonNode = Placed &
  (
    | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'literal'; readonly value: boolean | null }
  );

export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

/** What is wrong with a text, and at which character; `places` says how often the place is named. */
export class JsonFault extends Error {
  readonly at: number | undefined;
  readonly places: number;

  constructor(message: string, at?: number, places = 1) {
    super(message);
    this.at = at;
    this.places = places;
  }
}

const SHOWN_CHARACTERS = 500;

/** The fault as EventBridge words it: sentence, then source, line and column. */
export function describeFault({ message, at, places }: JsonFault, text: string): string {
  if (at === undefined) return message;
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1) as string).length + 1;
  const hidden = text.length - SHOWN_CHARACTERS;
  const source = `"${text.slice(0, SHOWN_CHARACTERS)}"${hidden > 0 ? `[truncated ${hidden} chars]` : ''}`;
  return (
    message + `\n at [Source: (String)${source}; line: ${before.length}, column: ${column}]`.repeat(places)
  );
}

/** Deeper than any event; what is deeper still would exhaust the stack. */
export const DEEPEST = 100;

export const tooDeep = (at: number) =>
  new JsonFault('Document nesting depth exceeds the maximum allowed', at);

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const EXPECTED = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/** Throws a JsonFault. What follows the value is not read, as EventBridge does not either. */
export function readJson(text: string): JsonNode {
  return new Reader(text).value(0);
}

const hasControlCharacter = (text: string) => [...text].some((character) => character < ' ');

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    this.#skip(SPACE);
    if (depth > DEEPEST) throw tooDeep(this.#at);
    const start = this.#at;
    const first = this.#text[start];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') {
      const value = this.#string();
      return { kind: 'string', value, at: start + 1, end: this.#at };
    }
    const number = this.#skip(NUMBER);
    if (number) return { kind: 'number', value: Number(number), at: this.#at, end: this.#at };
    const word = this.#skip(WORD);
    const literal = LITERALS.get(word);
    if (literal !== undefined) return { kind: 'literal', value: literal, at: this.#at, end: this.#at };
    if (word) throw new JsonFault(`Unrecognized token '${word}': ${EXPECTED}`, this.#at);
    throw this.#unexpected('expected a valid value (JSON String, Number, Array, Object or token)');
  }

  #object(depth: number): JsonNode {
    const start = this.#at++;
    // Of two members with one name the later counts.
    const members = new Map<string, JsonNode>();
    while (!this.#closes('}', members.size > 0, 'Object')) {
      if (this.#text[this.#at] !== '"') {
        throw this.#unexpected('was expecting double-quote to start field name');
      }
      const name = this.#string();
      this.#skip(SPACE);
      if (this.#text[this.#at] !== ':') {
        throw this.#unexpected('was expecting a colon to separate field name and value');
      }
      this.#at++;
      members.set(name, this.value(depth + 1));
    }
    const all = [...members].map(([name, value]) => ({ name, value }));
    return { kind: 'object', members: all, at: start + 1, end: this.#at };
  }

  #array(depth: number): JsonNode {
    const start = this.#at++;
    const items: JsonNode[] = [];
    while (!this.#closes(']', items.length > 0, 'Array')) items.push(this.value(depth + 1));
    return { kind: 'array', items, at: start + 1, end: this.#at };
  }

  /** Goes on to the next element or past the end of the collection. */
  #closes(bracket: string, hasElements: boolean, what: string): boolean {
    this.#skip(SPACE);
    if (this.#text[this.#at] === bracket) {
      this.#at++;
      return true;
    }
    if (!hasElements) return false;
    if (this.#text[this.#at] !== ',') {
      throw this.#unexpected(`was expecting comma to separate ${what} entries`);
    }
    this.#at++;
    this.#skip(SPACE);
    return false;
  }

  #string(): string {
    const start = this.#at;
    const found = this.#skip(STRING);
    if (!found) {
      const expected = 'was expecting closing quote for a string value';
      throw new JsonFault(`Unexpected end-of-input: ${expected}`, start + 1);
    }
    if (hasControlCharacter(found)) {
      throw new JsonFault('Illegal unquoted character: has to be escaped using backslash', start + 1);
    }
    return JSON.parse(found);
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #unexpected(expected: string): JsonFault {
    const character = this.#text[this.#at];
    if (character === undefined) return new JsonFault(`Unexpected end-of-input: ${expected}`, this.#at);
    const code = character.charCodeAt(0);
    return new JsonFault(`Unexpected character ('${character}' (code ${code})): ${expected}`, this.#at);
  }
}
