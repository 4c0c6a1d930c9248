/** Hands a data key to a worker thread without leaving a copy. */
import { BlockFailure } from './failure.ts';
import { XTS_KEY_BYTES } from './xts/xts.ts';

/** Moves a data key to a buffer that can be handed to the thread, and empties the caller's. */
export function takeOver(dataKey: Uint8Array | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (dataKey === undefined) return undefined;
  if (dataKey.length !== XTS_KEY_BYTES) {
    throw new BlockFailure('WrongKey', `A data key has ${XTS_KEY_BYTES} bytes, not ${dataKey.length}.`);
  }
  // V8 keeps a typed array of this size inside its heap, and leaves a copy there when the buffer is taken out to be sent.
  const key = new Uint8Array(new ArrayBuffer(XTS_KEY_BYTES));
  key.set(dataKey);
  dataKey.fill(0);
  return key;
}

/** What to hand over with a message, so that the keys move and are not copied. */
export function buffersOf(...keys: readonly (Uint8Array<ArrayBuffer> | undefined)[]): ArrayBuffer[] {
  return keys.flatMap((key) => (key === undefined ? [] : [key.buffer]));
}
