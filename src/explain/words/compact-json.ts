/** JSON for people: what fits on a line stays on one, and short members share lines. */

const WIDTH = 92;

export function compactJson(value: unknown, indent = 0): string {
  const whole = inline(value);
  if (whole.length + indent <= WIDTH || typeof value !== 'object' || value === null) return whole;
  const end = ' '.repeat(indent);
  if (Array.isArray(value)) {
    // The brackets of a list of objects stand beside the objects' own.
    if (value.every((each) => typeof each === 'object' && each !== null)) {
      return `[${value.map((each) => compactJson(each, indent)).join(', ')}]`;
    }
    const items = value.map((each) => compactJson(each, indent + 2));
    return `[\n${filled(items, indent + 2)}\n${end}]`;
  }
  const members = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}: ${compactJson(each, indent + 2)}`,
  );
  return `{\n${filled(members, indent + 2)}\n${end}}`;
}

/** As many to a line as fit. */
function filled(items: readonly string[], indent: number): string {
  const pad = ' '.repeat(indent);
  const lines: string[] = [];
  for (const [at, item] of items.entries()) {
    const text = at < items.length - 1 ? `${item},` : item;
    const last = lines.at(-1);
    const joined = `${last} ${text}`;
    if (last !== undefined && !joined.includes('\n') && joined.length <= WIDTH)
      lines[lines.length - 1] = joined;
    else lines.push(pad + text);
  }
  return lines.join('\n');
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
