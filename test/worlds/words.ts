/** What is printed of each case, as text in `golden/` beside a test. */
import { compareSteps, goldenOf } from './transcript.ts';

/** `plain` takes out of a case what is of no account in it. */
export const wordsOf =
  (testFile: string, plain = (text: string): string => text) =>
  (name: string) => {
    const steps: string[] = [];
    return {
      says: (title: string, ...lines: readonly unknown[]) =>
        void steps.push(plain([title, ...lines.map(lineOf)].join('\n'))),
      compare: () => compareSteps(goldenOf(testFile, `words-${name}`), steps),
    };
  };

const lineOf = (line: unknown): string => (typeof line === 'string' ? line : String(JSON.stringify(line)));
