/** Hands a data key to a worker thread without leaving a copy. */
import { BlockFailure } from './failure.ts';
import { XTS_KEY_BYTES } from './xts/xts.ts';

type DataKey = Uint8Array<ArrayBuffer>;

/**
 * Works with data keys that are moved out of the caller's buffers into such as can be handed to the thread. Whatever comes of
 * it, none is left here: those that were not handed on are wiped.
 */
export async function withDataKeys<Result>(
  dataKeys: readonly (Uint8Array | undefined)[],
  work: (...keys: (DataKey | undefined)[]) => Promise<Result>,
): Promise<Result> {
  const keys: (DataKey | undefined)[] = [];
  try {
    for (const dataKey of dataKeys) keys.push(dataKey && moved(dataKey));
    return await work(...keys);
  } finally {
    for (const key of [...dataKeys, ...keys]) wipe(key);
  }
}

function moved(dataKey: Uint8Array): DataKey {
  if (dataKey.length !== XTS_KEY_BYTES) {
    throw new BlockFailure('WrongKey', `A data key has ${XTS_KEY_BYTES} bytes, not ${dataKey.length}.`);
  }
  // V8 keeps a typed array of this size inside its heap, and leaves a copy there when the buffer is taken out to be sent.
  const key = new Uint8Array(new ArrayBuffer(XTS_KEY_BYTES));
  key.set(dataKey);
  dataKey.fill(0);
  return key;
}

/** One that was handed on has no bytes here, and cannot be filled. */
function wipe(key: Uint8Array | undefined): void {
  if (key && key.length > 0) key.fill(0);
}

/** What to hand over with a message, so that the keys move and are not copied. */
export function buffersOf(...keys: readonly (DataKey | undefined)[]): ArrayBuffer[] {
  return keys.flatMap((key) => (key === undefined ? [] : [key.buffer]));
}
