/** One line on a terminal that tells how far something is; where standard error is no terminal, a line now and then. */
const EVERY_MS = { terminal: 100, other: 20_000 };
/** Where it is no terminal: what is done by then needs no line, and whoever waits longer wonders. */
const FIRST_MS = 3000;

export interface Progress {
  /** The text is made when it is shown. */
  show(text: () => string): void;
  end(): void;
}

export function progressLine(): Progress {
  const { stderr } = process;
  const everyMs = stderr.isTTY ? EVERY_MS.terminal : EVERY_MS.other;
  let shownAtMs = stderr.isTTY ? 0 : performance.now() - everyMs + FIRST_MS;
  const write = (text: string) =>
    stderr.write(stderr.isTTY ? `\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}` : `${text}\n`);
  return {
    show(text) {
      const now = performance.now();
      if (now - shownAtMs < everyMs) return;
      shownAtMs = now;
      // Names of files and errors may hold anything.
      write([...text()].map((char) => (char < ' ' || char === '\x7f' ? '?' : char)).join(''));
    },
    end() {
      if (stderr.isTTY) write('');
    },
  };
}
