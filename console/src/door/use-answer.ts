/** A question as a component asks it: again when it changes, again when something happens, and never two at a time. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, SignedOut, Unreached } from './ask.ts';
import { signOut, useAfterCalls } from './live.ts';

export interface Answer<T> {
  readonly answer: T | undefined;
  readonly error: Error | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

/** What is shown stays while the server does not answer, with all that was typed in it. */
const RETRY_MS = 1500;

export interface AnswerOptions {
  /** Ask again after calls have come in, and so often. */
  readonly everyMs?: number;
}

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
  const again = useRef<() => void>(undefined);
  useEffect(() => {
    if (!load) return;
    const asking = new AbortController();
    let isAsking = false;
    let isDue = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const go = async () => {
      isDue = true;
      if (isAsking) return;
      isAsking = true;
      while (isDue && !asking.signal.aborted) {
        isDue = false;
        const next = await load(asking.signal).then(
          (answer) => ({ for: load, answer }),
          (error: Error) => ({ for: load, error }),
        );
        const error = 'error' in next ? next.error : undefined;
        if (error instanceof SignedOut) signOut();
        else if (asking.signal.aborted) break;
        else if (error instanceof Unreached) {
          setState((last) => (last.for === load && last.answer !== undefined ? last : next));
          clearTimeout(retry);
          retry = setTimeout(go, RETRY_MS);
        } else setState(next);
      }
      isAsking = false;
    };
    again.current = go;
    void go();
    return () => {
      asking.abort();
      clearTimeout(retry);
    };
  }, [load]);
  const reload = useCallback(() => again.current?.(), []);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  useAfterCalls(everyMs === undefined ? undefined : reload);
  const isCurrent = state.for === load;
  return {
    answer: isCurrent ? state.answer : undefined,
    error: isCurrent ? state.error : undefined,
    isLoading: load !== undefined && !isCurrent,
    reload,
  };
}
