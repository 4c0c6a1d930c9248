/** The signals that a resource has been sent, the last one of each id. */
import type { KeptSignal, StackResourceRecord } from './stack-resource.ts';

/** Whoever has a handle's address may send any number, and a record is read whole. */
const MAX_CHARS = 1_048_576;
/** What a signal takes beside its texts. */
const OVERHEAD_CHARS = 64;

const sizeOf = ({ id, reason = '', sealedData = '' }: KeptSignal): number =>
  id.length + reason.length + sealedData.length + OVERHEAD_CHARS;

/** Undefined where the resource cannot keep it beside the others. */
export function withSignal(row: StackResourceRecord, signal: KeptSignal): StackResourceRecord | undefined {
  const signals = [...(row.signals ?? []).filter(({ id }) => id !== signal.id), signal];
  const size = signals.reduce((sum, each) => sum + sizeOf(each), 0);
  return size > MAX_CHARS ? undefined : { ...row, signals };
}
