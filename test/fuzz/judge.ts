/** Runs one input of a target, with the oracle of time: proportional to its size, and little for the smallest. */
import type { Target } from './targets.ts';

/** Of processor time, so that a busy machine is no finding; some five times what it takes, so that a slow one is none. */
const MAX_MS = 1000;
const MAX_MS_PER_KB = 10;
const MAX_GROWTH_BYTES = 400 * 2 ** 20;

export async function judge(target: Target, input: unknown): Promise<void> {
  await target.begin?.();
  const kilobytes = (JSON.stringify(input) ?? '').length / 1024;
  const heapBefore = process.memoryUsage().heapUsed;
  const before = process.threadCpuUsage();
  await target.check(input);
  const { user, system } = process.threadCpuUsage(before);
  const spentMs = (user + system) / 1000;
  const allowedMs = MAX_MS + kilobytes * MAX_MS_PER_KB;
  if (spentMs > allowedMs) throw new Error(`took ${Math.round(spentMs)} ms for ${Math.round(kilobytes)} KiB`);
  const growth = process.memoryUsage().heapUsed - heapBefore;
  if (growth > MAX_GROWTH_BYTES) throw new Error(`took ${Math.round(growth / 2 ** 20)} MiB`);
}
