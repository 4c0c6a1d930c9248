/** Calls by pages from the server, older ones as they are scrolled to, and new ones on top as they are recorded. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LoggedCall } from '../../../src/control/call-log.ts';
import { ask, SignedOut } from '../door/ask.ts';
import { signOut, useLive } from '../door/live.ts';

interface CallPage {
  readonly calls: readonly LoggedCall[];
  readonly next?: number;
}

interface Calls {
  readonly calls: readonly LoggedCall[];
  readonly next?: number;
  readonly error?: Error;
  readonly isLoading: boolean;
}

const SETTLE_MS = 300;
const EMPTY: Calls = { calls: [], isLoading: true };

export function useCalls(filter: Readonly<Record<string, string>>, isPaused: boolean) {
  const [state, setState] = useState<Calls>(EMPTY);
  const { sequence } = useLive();
  const isAsking = useRef(false);
  const askPage = useCallback(
    async (body: object, merge: (last: Calls, page: CallPage) => Calls) => {
      isAsking.current = true;
      try {
        const page = await ask<CallPage>('activity', { ...filter, ...body });
        setState((last) => ({ ...merge(last, page), isLoading: false }));
      } catch (error) {
        if (error instanceof SignedOut) signOut();
        else setState((last) => ({ ...last, error: error as Error, isLoading: false }));
      } finally {
        isAsking.current = false;
      }
    },
    [filter],
  );
  useEffect(() => {
    setState(EMPTY);
    void askPage({}, (_, page) => ({ ...page, isLoading: false }));
  }, [askPage]);
  useEffect(() => {
    if (isPaused || sequence === undefined) return;
    const timer = setTimeout(() => void askPage({}, withNewer), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [sequence, isPaused, askPage]);
  const { next } = state;
  const loadMore = useCallback(() => {
    if (next === undefined || isAsking.current) return;
    void askPage({ before: next }, (last, page) => ({
      ...page,
      calls: [...last.calls, ...page.calls],
      isLoading: false,
    }));
  }, [next, askPage]);
  return { ...state, hasMore: next !== undefined, loadMore };
}

/**
 * The newest first, but what a service did stands under the request that it was for, also where it was done after the
 * request's reply.
 */
export function inGroups(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  const requests = new Set(calls.filter(({ invokedBy }) => !invokedBy).map(({ requestId }) => requestId));
  const inner = Map.groupBy(
    calls.filter(({ invokedBy, requestId }) => invokedBy && requests.has(requestId)),
    ({ requestId }) => requestId,
  );
  return calls.flatMap((call) => {
    if (call.invokedBy) return requests.has(call.requestId) ? [] : [call];
    const own = inner.get(call.requestId) ?? [];
    inner.delete(call.requestId);
    return [call, ...own.toReversed()];
  });
}

/** The newest page on top of what is there; in its place where there is a gap between. */
function withNewer(last: Calls, page: CallPage): Calls {
  const newest = last.calls[0]?.sequence ?? 0;
  const fresh = page.calls.filter(({ sequence }) => sequence > newest);
  const isWhole = fresh.length < page.calls.length || page.next === undefined;
  if (!isWhole) return { ...page, isLoading: false };
  return fresh.length > 0 ? { ...last, calls: [...fresh, ...last.calls] } : last;
}
