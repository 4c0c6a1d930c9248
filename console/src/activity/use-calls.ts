/** Calls by pages from the server, older ones as they are scrolled to, and new ones on top as they are recorded. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LoggedCall } from '../../../src/control/call-log.ts';
import { ask, SignedOut } from '../door/ask.ts';
import { signOut, useAfterCalls } from '../door/live.ts';

interface CallPage {
  readonly calls: readonly LoggedCall[];
  readonly next?: number;
}

type Filter = Readonly<Record<string, string>>;

interface Calls extends CallPage {
  /** What they were asked for with. */
  readonly filter?: Filter;
  readonly error?: Error;
  readonly isLoading: boolean;
}

const EMPTY: Calls = { calls: [], isLoading: true };

export function useCalls(filter: Filter, isPaused: boolean) {
  const [state, setState] = useState<Calls>(EMPTY);
  /** Where the older page begins that is under way; the newest may be asked for beside it. */
  const olderThan = useRef<number>(undefined);
  const askPage = useCallback(
    async (body: object, merge: (last: CallPage, page: CallPage) => CallPage) => {
      // What was asked for with another filter comes too late.
      const update = (change: (last: Calls) => Calls) =>
        setState((last) => (last.filter === filter ? change(last) : last));
      try {
        const page = await ask<CallPage>('activity', { ...filter, ...body });
        update((last) => ({ ...merge(last, page), filter, isLoading: false }));
      } catch (error) {
        if (error instanceof SignedOut) signOut();
        else update((last) => ({ ...last, error: error as Error, isLoading: false }));
      }
    },
    [filter],
  );
  useEffect(() => {
    olderThan.current = undefined;
    setState({ ...EMPTY, filter });
    void askPage({}, (_, page) => page);
  }, [filter, askPage]);
  const loadNewer = useCallback(() => askPage({}, withNewer), [askPage]);
  useAfterCalls(isPaused ? undefined : loadNewer);
  const { next } = state;
  const loadMore = useCallback(async () => {
    if (next === undefined || olderThan.current === next) return;
    olderThan.current = next;
    await askPage({ before: next }, (last, page) => withOlder(last, page, next));
    if (olderThan.current === next) olderThan.current = undefined;
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
function withNewer({ calls, next }: CallPage, page: CallPage): CallPage {
  const newest = calls[0]?.sequence ?? 0;
  const fresh = page.calls.filter(({ sequence }) => sequence > newest);
  const isWhole = fresh.length < page.calls.length || page.next === undefined;
  if (!isWhole) return page;
  return { calls: fresh.length > 0 ? [...fresh, ...calls] : calls, next };
}

/** An older page below what is there; not where what is there was replaced meanwhile, and ends elsewhere. */
function withOlder(last: CallPage, page: CallPage, before: number): CallPage {
  return last.next === before ? { ...page, calls: [...last.calls, ...page.calls] } : last;
}
