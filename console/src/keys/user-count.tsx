/** How many may use a key. To count them takes a while, so it is asked for the keys in sight, some at a time. */
import Spinner from '@cloudscape-design/components/spinner';
import { useEffect, useState } from 'react';
import type { KeyUserCount } from '../../../src/explain/rights/key-user-counts.ts';
import { ask, SignedOut } from '../door/ask.ts';
import { signOut } from '../door/live.ts';
import { plural } from '../parts/words.ts';
import { useWorld } from '../world.ts';

export type { KeyUserCount };

export function useUserCounts(ids: readonly string[]): ReadonlyMap<string, KeyUserCount> {
  const { place } = useWorld();
  const [counts, setCounts] = useState<ReadonlyMap<string, KeyUserCount>>(new Map());
  const text = ids.join();
  useEffect(() => {
    const asking = new AbortController();
    const count = async () => {
      let rest = text.split(',').filter(Boolean);
      while (rest.length > 0) {
        const body = { keys: rest, ...place };
        const { counts: found } = await ask<{ counts: KeyUserCount[] }>('key-users', body, asking.signal);
        if (found.length === 0) return;
        setCounts((last) => new Map([...last, ...found.map((each) => [each.key, each] as const)]));
        rest = rest.slice(found.length);
      }
    };
    // A key that was deleted meanwhile is gone from the next list.
    void count().catch((error) => error instanceof SignedOut && signOut());
    return () => asking.abort();
  }, [text, place]);
  return counts;
}

export function UserCount({ of: count }: { readonly of: KeyUserCount | undefined }) {
  if (!count) return <Spinner />;
  const { users, uncertain, isOpenToEverybody } = count;
  return (
    <>
      {users > 0 && plural(users, 'principal')}
      {users + uncertain === 0 && 'nobody'}
      {isOpenToEverybody && <div className="may-not">and anybody</div>}
      {uncertain > 0 && <div className="cannot-tell">cannot tell for {uncertain.toLocaleString('en')}</div>}
    </>
  );
}
