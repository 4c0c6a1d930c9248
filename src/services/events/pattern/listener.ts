/**
 * Patterns as rules and archives keep them. A stored pattern was checked when it was put, but whoever listens must never
 * fail the call that it listens to: a pattern that does not compile matches nothing, and the fault is reported once.
 */
import type { EventEnvelope } from '../../../invoke/event.ts';
import { compilePattern, type EventPattern } from './event-pattern.ts';

/** A rule or an archive. */
interface Listener {
  readonly pattern?: string;
}

/** Hears of faults that are not the caller's. */
export type ReportFault = (fault: Error) => void;

/** By the record: compiled once for as long as it stands. */
const compiled = new WeakMap<Listener, EventPattern>();

const NOTHING: EventPattern = { matches: () => false };

/** Whether the listener's pattern matches, undefined where it has none. */
export function matchesPattern<L extends Listener>(
  listener: L,
  arnOf: (listener: L) => string,
  event: EventEnvelope,
  report: ReportFault,
): boolean | undefined {
  const { pattern: text } = listener;
  if (text === undefined) return undefined;
  let pattern = compiled.get(listener);
  if (!pattern) {
    try {
      pattern = compilePattern(text);
    } catch (cause) {
      const arn = arnOf(listener);
      report(new Error(`the stored event pattern of ${arn} is damaged: it matches nothing`, { cause }));
      pattern = NOTHING;
    }
    compiled.set(listener, pattern);
  }
  return pattern.matches(event);
}

/** What is wrong with a stored pattern; undefined where it compiles, or there is none. */
export function patternFault(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    compilePattern(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
