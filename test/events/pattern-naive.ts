/**
 * Event patterns as a specification that is easy to believe, and slow: an event with arrays stands for the events in
 * which each array is one of its elements, and a pattern for the alternatives that its `$or`s spell out. A pattern matches
 * where one alternative holds of one such event.
 */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Pattern = { [name: string]: Json };

/** Every way to take one element of each array; an empty array is nothing. */
function choices(value: Json): (Json | undefined)[] {
  if (Array.isArray(value)) return value.length === 0 ? [undefined] : value.flatMap(choices);
  if (typeof value !== 'object' || value === null) return [value];
  let objects: { [name: string]: Json }[] = [{}];
  for (const [name, inner] of Object.entries(value)) {
    objects = objects.flatMap((object) =>
      choices(inner).map((chosen) => (chosen === undefined ? object : { ...object, [name]: chosen })),
    );
  }
  return objects;
}

type Fields = readonly (readonly [path: string, value: Json])[];

function fieldsOf(value: Json | undefined, path = ''): Fields {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path ? `${path}.${name}` : name));
}

type Alternative = readonly (readonly [path: string, tests: Json[]])[];

function alternatives(pattern: Pattern, path = ''): Alternative[] {
  let all: Alternative[] = [[]];
  for (const [name, inner] of Object.entries(pattern)) {
    const at = path ? `${path}.${name}` : name;
    const next: Alternative[] =
      name === '$or'
        ? (inner as Pattern[]).flatMap((each) => alternatives(each, path))
        : Array.isArray(inner)
          ? [[[at, inner]]]
          : alternatives(inner as Pattern, at);
    all = all.flatMap((one) => next.map((other) => [...one, ...other]));
  }
  return all;
}

export function naiveMatch(pattern: object, event: object): boolean {
  const everything = choices(event as Json).flatMap((each) => fieldsOf(each));
  return choices(event as Json).some((each) => {
    const fields = fieldsOf(each);
    return alternatives(pattern as Pattern).some((alternative) =>
      alternative.every(([path, tests]) =>
        tests.some((test) =>
          isAbsence(test)
            ? !everything.some(([at]) => at === path)
            : fields.some(([at, value]) => at === path && passes(test, value)),
        ),
      ),
    );
  });
}

const isAbsence = (test: Json) => (test as { exists?: boolean } | null)?.exists === false;

function passes(test: Json, value: Json): boolean {
  if (typeof test !== 'object' || test === null) return test === value;
  const [[operator, operand]] = Object.entries(test) as [[string, Json]];
  const lower = (text: Json) => String(text).toLowerCase();
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'exists':
      return true;
    case 'prefix':
      return typeof operand === 'string'
        ? text?.startsWith(operand) === true
        : text !== undefined && lower(text).startsWith(lower((operand as Pattern)['equals-ignore-case']!));
    case 'suffix':
      return text?.endsWith(operand as string) === true;
    case 'equals-ignore-case':
      return text !== undefined && lower(text) === lower(operand);
    case 'wildcard': {
      const pieces = (operand as string).split('*').map((each) => each.replace(/[^\w]/g, '\\$&'));
      return text !== undefined && new RegExp(`^${pieces.join('[^]*')}$`).test(text);
    }
    case 'numeric': {
      const [sign, bound, second, limit] = operand as [string, number, string?, number?];
      const n = value as number;
      const compare = (by: string, to: number) =>
        ({ '=': n === to, '<': n < to, '<=': n <= to, '>': n > to, '>=': n >= to })[by] === true;
      return typeof value === 'number' && compare(sign, bound) && (!second || compare(second, limit!));
    }
    case 'anything-but': {
      if (typeof operand !== 'object' || Array.isArray(operand)) return ![operand].flat().includes(value);
      const [[inner, excepted]] = Object.entries(operand as Pattern) as [[string, Json]];
      return ![excepted].flat().some((each) => passes({ [inner]: each }, value));
    }
    default:
      throw new Error(operator);
  }
}
