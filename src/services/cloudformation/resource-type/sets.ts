/** Lists whose order says nothing: what one has and the other has not. */
import type { Json } from '../template/json.ts';
import { unlessGone } from './failure.ts';

/** What must be added to come from one to the other, and what taken away. */
export function setChange(
  from: Json | undefined,
  to: Json | undefined,
): { readonly added: string[]; readonly removed: string[] } {
  const before = new Set((from ?? []) as readonly string[]);
  const after = new Set((to ?? []) as readonly string[]);
  return {
    added: [...after].filter((item) => !before.has(item)),
    removed: [...before].filter((item) => !after.has(item)),
  };
}

/** Takes away what is no longer wanted, then adds what is new, one after another. */
export async function updateSet(
  from: Json | undefined,
  to: Json | undefined,
  add: (item: string) => Promise<unknown>,
  remove: (item: string) => Promise<unknown>,
): Promise<void> {
  const { added, removed } = setChange(from, to);
  for (const item of removed) await unlessGone(remove(item));
  for (const item of added) await add(item);
}

/** The same for objects that have a name: those that differ are put again. */
export async function updateNamed(
  from: Json | undefined,
  to: Json | undefined,
  name: string,
  put: (item: Record<string, Json>) => Promise<unknown>,
  remove: (name: string) => Promise<unknown>,
): Promise<void> {
  const before = (from ?? []) as unknown as readonly Record<string, Json>[];
  const after = (to ?? []) as unknown as readonly Record<string, Json>[];
  for (const item of before) {
    if (!after.some((each) => each[name] === item[name])) await unlessGone(remove(item[name] as string));
  }
  for (const item of after) {
    const old = before.find((each) => each[name] === item[name]);
    if (JSON.stringify(old) !== JSON.stringify(item)) await put(item);
  }
}
