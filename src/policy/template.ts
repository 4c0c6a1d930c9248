/**
 * Text of a policy that may hold policy variables and wildcards.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */

/** `*` and `?` as wildcards, told apart from the same characters meant literally (`${*}`, a substituted value). */
export const ANY = 0;
export const ONE = 1;

export interface Variable {
  /** Lower-case condition key. */
  readonly key: string;
  /** `${aws:username, 'nobody'}` */
  readonly fallback?: string;
}

export type GlobPart = string | typeof ANY | typeof ONE;
export type TemplatePart = GlobPart | Variable;

export interface TemplateSyntax {
  /** Version 2008-10-17 has none: the text stands for itself. */
  readonly variables: boolean;
  readonly wildcards: boolean;
}

/**
 * The parts of `text`, or undefined where a variable is malformed. Adjacent literals are one part. They are cut out of the text:
 * put together letter by letter, each would take thirty times its length until it is read.
 */
export function parseTemplate(text: string, syntax: TemplateSyntax): TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  let literal = '';
  let taken = 0;
  const push = (part: TemplatePart): void => {
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(part);
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    const isVariable = syntax.variables && char === '$' && text[at + 1] === '{';
    const isWildcard = syntax.wildcards && (char === '*' || char === '?');
    if (!isVariable && !isWildcard) continue;
    literal += text.slice(taken, at);
    if (isVariable) {
      const end = text.indexOf('}', at);
      if (end < 0) return undefined;
      const body = text.slice(at + 2, end);
      at = end;
      if (body === '*' || body === '?' || body === '$') literal += body;
      else {
        const variable = parseVariable(body);
        if (variable === undefined) return undefined;
        push(variable);
      }
    } else push(char === '*' ? ANY : ONE);
    taken = at + 1;
  }
  literal += text.slice(taken);
  if (literal !== '') parts.push(literal);
  return parts;
}

function parseVariable(body: string): Variable | undefined {
  const comma = body.indexOf(',');
  const key = (comma < 0 ? body : body.slice(0, comma)).trim().toLowerCase();
  if (key === '' || key.includes('{') || key.includes('$')) return undefined;
  if (comma < 0) return { key };
  const quoted = body.slice(comma + 1).trim();
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return undefined;
  return { key, fallback: quoted.slice(1, -1) };
}

/** The parts when nothing in them waits for the request. */
export function asStatic(parts: readonly TemplatePart[]): readonly GlobPart[] | undefined {
  return parts.some((part) => typeof part === 'object') ? undefined : (parts as readonly GlobPart[]);
}
