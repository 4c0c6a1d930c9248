/** One line on a terminal that tells how far something is; nothing where standard error is no terminal. */
const EVERY_MS = 100;

export interface Progress {
  show(text: string): void;
  end(): void;
}

export function progressLine(): Progress {
  const { stderr } = process;
  let shownAtMs = 0;
  const write = (text: string) => stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
  return {
    show(text) {
      const now = performance.now();
      if (!stderr.isTTY || now - shownAtMs < EVERY_MS) return;
      shownAtMs = now;
      // Names of files and errors may hold anything.
      write([...text].map((char) => (char < ' ' || char === '\x7f' ? '?' : char)).join(''));
    },
    end() {
      if (stderr.isTTY) write('');
    },
  };
}
