/** `application/x-www-form-urlencoded` parameters, from the query and from the body, as a tree along their dots. */
import { AwsError } from '../aws/aws-error.ts';
import type { HttpRequest } from './http.ts';

export interface FormNode {
  value?: string;
  children?: Map<string, FormNode>;
}

/** No API nests deeper than about ten. */
const DEEPEST = 32;

const forms = new WeakMap<HttpRequest, FormNode>();

/** The request's parameters; parsed once per request. Throws MalformedQueryString. */
export function formOf(http: HttpRequest): FormNode {
  let form = forms.get(http);
  if (!form) {
    form = {};
    addParameters(form, http.query);
    if (isForm(http.headers['content-type'])) addParameters(form, http.body.toString('utf8'));
    forms.set(http, form);
  }
  return form;
}

/** The value of a top-level parameter. */
export function parameter(form: FormNode, name: string): string | undefined {
  return form.children?.get(name)?.value;
}

function isForm(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

function addParameters(form: FormNode, text: string): void {
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const node = descend(form, name);
    if (node.value !== undefined) throw malformed(`The parameter ${name} is given more than once.`);
    node.value = equals < 0 ? '' : decode(pair.slice(equals + 1));
  }
}

function descend(form: FormNode, name: string): FormNode {
  let node = form;
  const segments = name.split('.', DEEPEST + 1);
  if (segments.length > DEEPEST) throw malformed('A parameter is nested too deeply.');
  for (const segment of segments) {
    node.children ??= new Map();
    let child = node.children.get(segment);
    if (!child) {
      child = {};
      node.children.set(segment, child);
    }
    node = child;
  }
  return node;
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
