/** All faults of a file in one copy of it: each stands beside what it replaces, and a switch chooses at run time. */
import type { Mutant, Span } from './mutants.ts';

/** Under this symbol the tests' process keeps the switch: true if the fault of this number is to act. */
export const SWITCH = 'latchkey.fault';

export type Numbered = Mutant & { readonly id: number };

interface Place extends Span {
  readonly mutants: Numbered[];
  readonly inner: Place[];
}

export function schemataOf(text: string, mutants: readonly Numbered[]): string {
  const root: Place = { start: 0, end: text.length, mutants: [], inner: [] };
  for (const mutant of mutants.toSorted(bySpan)) insert(root, mutant);
  return `const __fault=globalThis[Symbol.for('${SWITCH}')];${inside(root, text)}`;
}

/** What is outside comes first. */
const bySpan = ({ host: one }: Mutant, { host: other }: Mutant) =>
  one.start - other.start || other.end - one.end;

function insert(into: Place, mutant: Numbered): void {
  const { start, end } = mutant.host;
  const last = into.inner.at(-1);
  if (last && last.start === start && last.end === end) last.mutants.push(mutant);
  else if (last && start < last.end) insert(last, mutant);
  else into.inner.push({ start, end, mutants: [mutant], inner: [] });
}

function inside({ start, end, inner }: Place, text: string): string {
  let out = '';
  let at = start;
  for (const host of inner) {
    out += text.slice(at, host.start) + switched(host, text);
    at = host.end;
  }
  return out + text.slice(at, end);
}

function switched(place: Place, text: string): string {
  const original = inside(place, text);
  const [first] = place.mutants;
  if (first?.host.isStatement) {
    const faulty = place.mutants.map(
      (mutant) => `if(__fault(${mutant.id})){${faultyHost(mutant, text)}}else `,
    );
    return `${faulty.join('')}${original}`;
  }
  const faulty = place.mutants.map((mutant) => `__fault(${mutant.id})?(${faultyHost(mutant, text)}):`);
  return `(${faulty.join('')}(${original}))`;
}

const faultyHost = ({ host, start, end, replacement }: Mutant, text: string) =>
  text.slice(host.start, start) + replacement + text.slice(end, host.end);
