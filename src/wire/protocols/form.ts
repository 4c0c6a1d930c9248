/** `application/x-www-form-urlencoded` parameters, from the query and from the body, as a tree along their dots. */
import { AwsError } from '../../aws/aws-error.ts';
import type { HttpRequest } from '../http.ts';

export interface FormNode {
  value?: string;
  children?: Map<string, FormNode>;
}

/** No API nests deeper than about ten. */
const MAX_DEPTH = 32;
/** No API takes more than a few thousand. */
const MAX_PARAMETERS = 10_000;
/** Of the whole tree: what a request costs in memory is bounded by this, not by what its names look like. */
const MAX_NODES = 60_000;

/**
 * The request's parameters. Throws MalformedQueryString. Only for requests whose caller is known: what routing needs
 * before that, `routingParameter` finds.
 */
export function formOf(http: HttpRequest): FormNode {
  const builder = new FormBuilder();
  builder.add(http.query);
  if (isForm(http.headers['content-type'])) builder.add(http.body.toString('utf8'));
  return builder.form;
}

/** The value of a top-level parameter. */
export function parameter(form: FormNode, name: string): string | undefined {
  return form.children?.get(name)?.value;
}

const AMPERSAND = '&'.charCodeAt(0);

/**
 * The first value of a top-level parameter that is written without escapes in its name, as every client writes Action and
 * Version. One pass over the bytes, and nothing is kept: anybody may send them.
 */
export function routingParameter(http: HttpRequest, name: string): string | undefined {
  const inQuery = valueIn(Buffer.from(http.query, 'latin1'), name);
  if (inQuery !== undefined || !isForm(http.headers['content-type'])) return inQuery;
  return valueIn(http.body, name);
}

/** Longer than any name of an operation or date of a version. */
const MAX_ROUTING_VALUE_BYTES = 256;

function valueIn(text: Buffer, name: string): string | undefined {
  const sought = Buffer.from(`${name}=`);
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
    if (at > 0 && text[at - 1] !== AMPERSAND) continue;
    const start = at + sought.length;
    const rest = text.subarray(start, start + MAX_ROUTING_VALUE_BYTES);
    const end = rest.indexOf(AMPERSAND);
    return decode(rest.toString('utf8', 0, end < 0 ? rest.length : end));
  }
  return undefined;
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

class FormBuilder {
  readonly form: FormNode = {};
  #parameters = 0;
  #nodes = 0;

  add(text: string): void {
    for (let start = 0; start < text.length; ) {
      const ampersand = text.indexOf('&', start);
      const end = ampersand < 0 ? text.length : ampersand;
      if (end > start) this.#addPair(text.slice(start, end));
      start = end + 1;
    }
  }

  #addPair(pair: string): void {
    if (++this.#parameters > MAX_PARAMETERS) throw malformed('The request has too many parameters.');
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const node = this.#descend(name);
    if (node.value !== undefined) throw malformed(`The parameter ${name} is given more than once.`);
    node.value = equals < 0 ? '' : decode(pair.slice(equals + 1));
  }

  #descend(name: string): FormNode {
    let node = this.form;
    const segments = name.split('.', MAX_DEPTH + 1);
    if (segments.length > MAX_DEPTH) throw malformed('A parameter is nested too deeply.');
    for (const segment of segments) {
      node.children ??= new Map();
      let child = node.children.get(segment);
      if (!child) {
        if (++this.#nodes > MAX_NODES) throw malformed('The request has too many parameters.');
        child = {};
        node.children.set(segment, child);
      }
      node = child;
    }
    return node;
  }
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw malformed('The query string contains a syntax error.');
  }
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedQueryString', message, 404);
}
