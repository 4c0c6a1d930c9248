/** Every call as it happens: one stream for the whole page, which goes on where it was cut off. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { LoggedCall } from '../../../src/control/call-log.ts';
import { post, SignedOut } from './ask.ts';

/** The latest, the newest first; what is older is asked for by pages. */
const MAX_KEPT = 500;
const RETRY_MS = 1500;
/** Calls come in groups; and where they never cease, so often at most. */
const GATHER_MS = 400;

export interface Live {
  readonly isConnected: boolean;
  readonly isSignedOut: boolean;
  readonly calls: readonly LoggedCall[];
  readonly sequence: number | undefined;
  /** Another each time that something may be otherwise: calls came in, or the server is heard again. */
  readonly round: number;
}

let live: Live = { isConnected: false, isSignedOut: false, calls: [], sequence: undefined, round: 0 };
const listeners = new Set<() => void>();

function become(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const listener of listeners) listener();
}

export const useLive = (): Live =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => live,
  );

/**
 * Runs what is given a moment after calls have come in, and again for as long as they do, once the last run is done. Undefined
 * runs nothing.
 */
export function useAfterCalls(work: (() => unknown) | undefined): void {
  const { round } = useLive();
  const isOn = work !== undefined;
  const latest = useRef(work);
  const seen = useRef(round);
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = work;
  }, [work]);
  useEffect(() => {
    const run = async () => {
      seen.current = live.round;
      await latest.current?.();
      due.current = undefined;
      gather();
    };
    const gather = () => {
      if (latest.current && live.round !== seen.current) due.current ??= setTimeout(run, GATHER_MS);
    };
    if (isOn && round !== seen.current) gather();
  }, [round, isOn]);
  useEffect(
    () => () => {
      latest.current = undefined;
      clearTimeout(due.current);
    },
    [],
  );
}

export const signOut = (): void => become({ isSignedOut: true, isConnected: false });

export async function follow(): Promise<void> {
  while (!live.isSignedOut) {
    try {
      await readStream();
    } catch (error) {
      if (error instanceof SignedOut) return signOut();
    }
    become({ isConnected: false });
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function readStream(): Promise<void> {
  const { body } = await post('call-stream', { after: live.sequence });
  if (!body) return;
  become({ isConnected: true, round: live.round + 1 });
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) take(message);
  }
}

function take(message: string): void {
  const data = /^data: (.*)$/m.exec(message)?.[1];
  if (!data) return;
  const { calls, sequence } = JSON.parse(data) as { calls: LoggedCall[]; sequence: number };
  become({ calls: [...calls.reverse(), ...live.calls].slice(0, MAX_KEPT), sequence, round: live.round + 1 });
}
