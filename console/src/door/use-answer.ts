/** A question as a component asks it: again when it changes, again when something happens, and never two at a time. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, SignedOut } from './ask.ts';
import { signOut, useLive } from './live.ts';

export interface Answer<T> {
  readonly answer: T | undefined;
  readonly error: Error | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

export interface AnswerOptions {
  /** Ask again after calls have come in, and so often. */
  readonly everyMs?: number;
}

const SETTLE_MS = 400;

export function useAnswer<T>(
  question: string,
  body: object | undefined,
  options: AnswerOptions = {},
): Answer<T> {
  const text = body && JSON.stringify(body);
  const load = useCallback(
    (signal: AbortSignal) => ask<T>(question, JSON.parse(text ?? '{}'), signal),
    [question, text],
  );
  return useLoaded(text === undefined ? undefined : load, options);
}

/** The same of anything that is loaded; `load` must be stable (useCallback). Undefined loads nothing. */
export function useLoaded<T>(
  load: ((signal: AbortSignal) => Promise<T>) | undefined,
  { everyMs }: AnswerOptions = {},
): Answer<T> {
  const [state, setState] = useState<{ for?: unknown; answer?: T; error?: Error }>({});
  const [round, setRound] = useState(0);
  const { sequence } = useLive();
  const lastSequence = useRef(sequence);
  useEffect(() => {
    if (!load || round < 0) return;
    const asking = new AbortController();
    load(asking.signal).then(
      (answer) => !asking.signal.aborted && setState({ for: load, answer }),
      (error: Error) => {
        if (error instanceof SignedOut) signOut();
        else if (!asking.signal.aborted) setState({ for: load, error });
      },
    );
    return () => asking.abort();
  }, [load, round]);
  const reload = useCallback(() => setRound((each) => each + 1), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  useEffect(() => {
    if (everyMs === undefined || sequence === lastSequence.current) return;
    lastSequence.current = sequence;
    const timer = setTimeout(reload, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [sequence, everyMs, reload]);
  const isCurrent = state.for === load;
  return {
    answer: isCurrent ? state.answer : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: load !== undefined && !isCurrent,
    reload,
  };
}
