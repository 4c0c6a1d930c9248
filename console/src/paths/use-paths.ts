/** The graph, by as many answers as it takes: what was refused is in the first. */
import { useEffect, useState } from 'react';
import type { Paths } from '../../../src/explain/paths/paths.ts';
import { ask, SignedOut } from '../door/ask.ts';
import { signOut } from '../door/live.ts';
import { merged, type WholeGraph } from './clusters.ts';

/** More would be slow to be laid together; then one asks for a key, or an instance. */
const MAX_NODES = 6000;

export interface FoundPaths {
  readonly graph: WholeGraph;
  /** Keys that are not in it. */
  readonly left: number;
  readonly isLoading: boolean;
  readonly error?: Error;
}

const NOTHING: FoundPaths = { graph: { nodes: [], edges: [] }, left: 0, isLoading: true };

/** Undefined asks nothing. */
export function usePaths(body: object | undefined): FoundPaths {
  const text = body && JSON.stringify(body);
  const [state, setState] = useState<FoundPaths>(NOTHING);
  useEffect(() => {
    if (text === undefined) return setState({ ...NOTHING, isLoading: false });
    setState(NOTHING);
    const asking = new AbortController();
    void load(JSON.parse(text), asking.signal, setState).catch((error: Error) => {
      if (error instanceof SignedOut) signOut();
      else if (!asking.signal.aborted) setState((last) => ({ ...last, isLoading: false, error }));
    });
    return () => asking.abort();
  }, [text]);
  return state;
}

async function load(body: object, signal: AbortSignal, show: (found: FoundPaths) => void): Promise<void> {
  let graph = NOTHING.graph;
  let after: number | undefined;
  let done = 0;
  do {
    const answer: Paths = await ask('paths', { ...body, after }, signal);
    graph = merged([graph, answer]);
    const before = done;
    done = answer.next ?? done;
    after = graph.nodes.length < MAX_NODES ? answer.next : undefined;
    // `omitted` counts those of the answers before as well.
    const left = answer.next === undefined ? 0 : answer.omitted - before;
    show({ graph, left, isLoading: after !== undefined });
  } while (after !== undefined && !signal.aborted);
}
