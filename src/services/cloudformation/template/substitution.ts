/** `${…}` in the text of a Fn::Sub; `${!…}` stands for itself without the exclamation mark. */
import { validationError } from '../cloudformation.ts';

const VARIABLE = /\$\{([^}]*)\}/g;

export function substitute(text: string, meaning: (name: string) => string): string {
  return text.replace(VARIABLE, (_whole, inner: string) =>
    inner.startsWith('!') ? `\${${inner.slice(1)}}` : meaning(variableName(inner)),
  );
}

/** The names for which values are put in. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
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
