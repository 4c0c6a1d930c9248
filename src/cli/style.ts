/** Colours where the terminal has them: Node knows of NO_COLOR, FORCE_COLOR and pipes. */
import { styleText } from 'node:util';
import type { Style } from '../explain/words/page.ts';

const styled = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { stream: process.stdout });

export const terminal: Style = {
  title: styled('bold'),
  good: styled(['bold', 'green']),
  bad: styled(['bold', 'red']),
};
