/** `${…}` in the text of a Fn::Sub; `${!…}` stands for itself without the exclamation mark. */
import { validationError } from '../cloudformation.ts';

const VARIABLE = /\$\{([^}]*)\}/g;

/** What may hold variables: in it each `${` has an end, and is looked for once. */
const closedPart = (text: string): string => text.slice(0, text.lastIndexOf('}') + 1);

export function substitute(text: string, meaning: (name: string) => string): string {
  const closed = closedPart(text);
  const substituted = closed.replace(VARIABLE, (_whole, inner: string) =>
    inner.startsWith('!') ? `\${${inner.slice(1)}}` : meaning(variableName(inner)),
  );
  return substituted + text.slice(closed.length);
}

/** The names for which values are put in. */
export function variablesOf(text: string): string[] {
  return [...closedPart(text).matchAll(VARIABLE)]
    .map(([, inner]) => inner as string)
    .filter((inner) => !inner.startsWith('!'))
    .map(variableName);
}

function variableName(inner: string): string {
  const name = inner.trim();
  if (/^[A-Za-z0-9_.:]+$/.test(name)) return name;
  throw validationError(
    'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, ' +
      'and colons',
  );
}
