/**
 * A strict JSON reader that keeps what `JSON.parse` throws away and a policy needs: the line of every value (a
 * denial names the statement's line), and duplicate keys, which would let a reviewer read one statement and the
 * evaluator another.
 */

export type JsonValue =
  | { readonly kind: 'object'; readonly line: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null'; readonly line: number; readonly text: string };

export interface JsonMember {
  readonly key: string;
  readonly line: number;
  readonly value: JsonValue;
}

/** Where and why the text is not JSON that we accept. `line` and `column` are 1-based. */
export class JsonSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  constructor(message: string, line: number, column: number) {
    super(message);
    this.name = 'JsonSyntaxError';
    this.line = line;
    this.column = column;
  }
}

/** The policy grammar nests six deep; anything much deeper is an attack on the reader's stack. */
const MAX_DEPTH = 16;

/** Parses `text`; throws `JsonSyntaxError`. */
export function readJson(text: string): JsonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Reader {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw this.#error('nested too deeply');
    this.#skipSpace();
    const line = this.#line;
    const char = this.#text[this.#at];
    if (char === '{') return { kind: 'object', line, members: this.#members(depth) };
    if (char === '[') return { kind: 'array', line, items: this.#items(depth) };
    if (char === '"') return { kind: 'string', line, text: this.#string() };
    for (const word of ['true', 'false', 'null']) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return { kind: word === 'null' ? 'null' : 'boolean', line, text: word };
      }
    }
    return { kind: 'number', line, text: this.#number() };
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#error('text after the document');
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    const seen = new Set<string>();
    this.#at++;
    if (this.#take('}')) return members;
    do {
      this.#skipSpace();
      const line = this.#line;
      if (this.#text[this.#at] !== '"') throw this.#error('expected a member name');
      const key = this.#string();
      if (seen.has(key)) throw this.#error(`duplicate member ${key}`);
      seen.add(key);
      if (!this.#take(':')) throw this.#error('expected a colon');
      members.push({ key, line, value: this.value(depth + 1) });
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#error('expected , or }');
    return members;
  }

  #items(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at++;
    if (this.#take(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) throw this.#error('expected , or ]');
    return items;
  }

  #string(): string {
    let result = '';
    let from = ++this.#at;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char < ' ') throw this.#error('unterminated string');
      if (char === '"') {
        result += this.#text.slice(from, this.#at++);
        return result;
      }
      this.#at++;
      if (char !== '\\') continue;
      result += this.#text.slice(from, this.#at - 1) + this.#escape();
      from = this.#at;
    }
  }

  #escape(): string {
    const char = this.#text[this.#at++] ?? '';
    const simple = ESCAPES[char];
    if (simple !== undefined) return simple;
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (char !== 'u' || !isHex(digits)) throw this.#error('unknown escape');
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): string {
    const from = this.#at;
    this.#skipChar('-');
    if (!this.#skipChar('0') && !this.#skipDigits()) throw this.#error('expected a value');
    if (this.#skipChar('.') && !this.#skipDigits()) throw this.#error('expected a digit');
    if (this.#skipChar('e') || this.#skipChar('E')) {
      if (!this.#skipChar('+')) this.#skipChar('-');
      if (!this.#skipDigits()) throw this.#error('expected a digit');
    }
    return this.#text.slice(from, this.#at);
  }

  #skipChar(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipDigits(): boolean {
    const from = this.#at;
    for (let char = this.#text[this.#at]; char !== undefined && char >= '0' && char <= '9'; ) {
      char = this.#text[++this.#at];
    }
    return this.#at > from;
  }

  #take(char: string): boolean {
    this.#skipSpace();
    return this.#skipChar(char);
  }

  #skipSpace(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === '\n') this.#line++;
      else if (char !== ' ' && char !== '\t' && char !== '\r') return;
      this.#at++;
    }
  }

  #error(message: string): JsonSyntaxError {
    const column = this.#at - this.#text.lastIndexOf('\n', this.#at - 1);
    return new JsonSyntaxError(message, this.#line, column);
  }
}

function isHex(digits: string): boolean {
  if (digits.length !== 4) return false;
  for (const digit of digits) if (!'0123456789abcdefABCDEF'.includes(digit)) return false;
  return true;
}
