/**
 * Regular expressions that callers write, for values that must match as a whole (`AllowedPattern`). AWS reads them as Java does:
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/regex/Pattern.html
 */
import { type Context, createContext, Script } from 'node:vm';

/** Why a pattern cannot be used. */
export type Unusable = 'invalid' | 'only in Java';

/** Java's names for sets of ASCII characters, as they stand within brackets. */
const POSIX: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9A-Fa-f',
  Space: '\\s',
};
/** An escape, a bracket that begins or ends a set, or what has a meaning in Java alone after it. */
const TOKEN = /\\p\{(\w+)\}|\\[\s\S]|\[\^?\]?|\]|&&|[*+?}]\+|\(\?>|\(\?[a-zA-Z-]+\)/g;
const JAVA_ESCAPE = /^\\[QEGhHRXzZAae]/;
const FLAGS = /^\(\?([imsu]+)\)/;

/** Of the whole of a text. */
export function allowedPattern(written: string): RegExp | Unusable {
  const [head = '', flags = ''] = FLAGS.exec(written) ?? [];
  let isInSet = false;
  let isJavas = false;
  const source = written.slice(head.length).replace(TOKEN, (token, name?: string) => {
    const set = name !== undefined && Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
    if (set !== undefined) return isInSet ? set : `[${set}]`;
    if (JAVA_ESCAPE.test(token)) isJavas = true;
    if (token.startsWith('\\')) return token;
    if (token.startsWith('[')) {
      if (isInSet || token.endsWith(']')) isJavas = true;
      isInSet = true;
    } else if (token === ']') isInSet = false;
    else if (token === '&&' ? isInSet : !isInSet) isJavas = true;
    return token;
  });
  if (isJavas) return 'only in Java';
  return compiled(source, flags) ?? 'invalid';
}

/** Without the flag for Unicode where that forbids what Java allows: an escape of a character that needs none. */
function compiled(source: string, flags: string): RegExp | undefined {
  for (const unicode of ['u', '']) {
    try {
      return new RegExp(`^(?:${source})$`, unicode + flags.replace('u', ''));
    } catch {}
  }
  return undefined;
}

/** To compile a longer one takes long, which nothing can end, and may fail for want of room. */
const MAX_CHARS = 2048;

/** Of processor time: a busy machine may give a process no turn for longer than that. */
const LIMIT_MS = 40;

/**
 * For all patterns of one request together: one with alternatives within repetitions may take for ever on a text that nearly
 * matches.
 */
export class PatternChecks {
  #leftMs = LIMIT_MS;
  /** To make one takes longer than most patterns. */
  #context: Context | undefined;

  /** Whether every text matches; undefined where that takes too long, or too much room. */
  all(pattern: RegExp, texts: readonly string[]): boolean | undefined {
    if (pattern.source.length > MAX_CHARS) return undefined;
    this.#context ??= createContext({});
    const context = Object.assign(this.#context, { pattern, texts });
    while (this.#leftMs > 0) {
      const before = process.cpuUsage();
      try {
        // Nothing else can end an expression that is being matched.
        return CHECK.runInContext(context, { timeout: Math.ceil(this.#leftMs) }) as boolean;
      } catch (error) {
        // An expression is compiled when it is first matched, and may turn out to overflow the stack.
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
      } finally {
        const { user, system } = process.cpuUsage(before);
        this.#leftMs -= (user + system) / 1000;
      }
    }
    return undefined;
  }
}

const CHECK = new Script('texts.every((text) => pattern.test(text))');
