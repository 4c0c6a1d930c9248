/**
 * YAML asks that a quoted text or a flow collection that goes on in further lines be indented deeper than its key. AWS's
 * parser, like most, does not insist: such lines are indented here before the strict library sees them. Indentation
 * within either means nothing.
 */

const DEEPER = ' '.repeat(100);
/** Where the text of a block scalar begins: `key: |`, `- >-`. */
const BLOCK_SCALAR = /(?:^|[:-]\s+|![\w:]+\s+)[|>][-+\d]*\s*(?:#[\s\S]*)?$/;

interface Open {
  /** The closing quote that is awaited, if any. */
  quote: string | undefined;
  /** Brackets and braces that are open. */
  depth: number;
}

export function indentContinuations(text: string): string {
  const open: Open = { quote: undefined, depth: 0 };
  let blockIndent: number | undefined;
  return text
    .split('\n')
    .map((line) => {
      const indent = line.length - line.trimStart().length;
      if (blockIndent !== undefined && (line.trim() === '' || indent > blockIndent)) return line;
      blockIndent = undefined;
      const isContinued = open.quote !== undefined || open.depth > 0;
      scan(line, open);
      if (open.quote === undefined && open.depth === 0 && BLOCK_SCALAR.test(line)) blockIndent = indent;
      return isContinued ? DEEPER + line : line;
    })
    .join('\n');
}

function scan(line: string, open: Open): void {
  /** Whether a value may begin here: after the line's indentation, a colon, a dash or a tag. */
  let isStart = true;
  let isTag = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    const isSpace = character === ' ' || character === '\t' || character === '\r';
    if (open.quote !== undefined) {
      at += closing(line, at, open);
    } else if (isSpace) {
      isTag = false;
    } else if (character === '#' && (at === 0 || /\s/.test(line[at - 1] as string))) {
      return;
    } else if ((isStart || open.depth > 0) && (character === '"' || character === "'")) {
      open.quote = character;
    } else if ((isStart || open.depth > 0) && (character === '[' || character === '{')) {
      open.depth++;
    } else if (open.depth > 0 && (character === ']' || character === '}')) {
      open.depth--;
    } else {
      isTag ||= isStart && character === '!';
      const isIndicator = (character === ':' || character === '-') && /^\s?$/.test(line[at + 1] ?? '');
      isStart = isTag || isIndicator;
    }
  }
}

/** Within quotes: whether they end here, and how many characters to pass over. */
function closing(line: string, at: number, open: Open): number {
  const character = line[at];
  if (open.quote === '"' && character === '\\') return 1;
  if (character !== open.quote) return 0;
  if (open.quote === "'" && line[at + 1] === "'") return 1;
  open.quote = undefined;
  return 0;
}
