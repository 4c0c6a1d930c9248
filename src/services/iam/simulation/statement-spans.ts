/** Where the statements of a policy document begin and end, as the policy simulator points at them. */
import type { Position } from '../../../shapes/generated/iam.ts';

export interface StatementSpan {
  /** Right behind what stands before the statement in the list; of a single statement, behind its opening brace. */
  readonly start: Position;
  /** Right behind the closing brace. */
  readonly end: Position;
}

/** The spans of all statements in order; `source` is a document that has parsed. Lines and columns count from 1. */
export function statementSpans(source: string): StatementSpan[] {
  const spans: StatementSpan[] = [];
  const walker = new Walker(source);
  let depth = 0;
  let isList = false;
  let start: Position | undefined;
  for (let token = walker.next(); token !== undefined; token = walker.next()) {
    if (token === '{' || token === '[') {
      depth++;
      // The document's own brace is the first level, a list of statements the second.
      if (depth === 2 && walker.key === 'Statement') {
        isList = token === '[';
        start = walker.position();
      }
    } else if (token === '}' || token === ']') {
      const closes = start !== undefined && token === '}' && depth === (isList ? 3 : 2);
      if (closes) {
        const end = walker.position();
        spans.push({ start: start as Position, end });
        start = isList ? end : undefined;
      }
      depth--;
      if (depth === 1) start = undefined;
    }
  }
  return spans;
}

/** Goes through the brackets of a JSON text, passing over strings, and keeps the last key of the document itself. */
class Walker {
  key = '';
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #keyIsNext = true;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next bracket; undefined at the end. */
  next(): string | undefined {
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at++] as string;
      if (character === '\n') {
        this.#line++;
        this.#lineStart = this.#at;
      } else if (character === '"') this.#string();
      else if (character === ',') this.#keyIsNext = true;
      else if ('{}[]'.includes(character)) return character;
    }
    return undefined;
  }

  position(): Position {
    return { Line: this.#line, Column: this.#at - this.#lineStart + 1 };
  }

  #string(): void {
    const from = this.#at;
    while (this.#text[this.#at] !== '"') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    const text = this.#text.slice(from, this.#at++);
    if (!this.#keyIsNext) return;
    this.key = text;
    this.#keyIsNext = false;
  }
}
