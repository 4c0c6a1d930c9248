/**
 * A volume as a device. Devices are stacked as filters, each over the one below: `unaligned(encrypted(image))`. The batch
 * is the unit of all of them, since many small transfers that are encrypted and stored in one go are what makes 4-KiB
 * requests cheap.
 */

/** Bytes on their way to or from a place in the volume. */
export interface Transfer {
  /** In bytes from the start of the volume. */
  offset: number;
  bytes: Uint8Array;
  /** Set if the transfer failed: node's error (ENOSPC, EIO) or a BlockFailure. */
  error?: unknown;
}

/**
 * All methods but `flush` finish before they return, so requests on different connections cannot come between the parts
 * of one. Unless a filter says otherwise, offsets and lengths are of whole units.
 */
export interface BlockDevice {
  readonly sizeBytes: number;
  readonly unitBytes: number;
  /** Fills the `bytes` of each transfer. */
  read(batch: readonly Transfer[]): void;
  /** Leaves the bytes as they are. */
  write(batch: readonly Transfer[]): void;
  /** Frees the range, which reads as zeros then. */
  trim(offset: number, length: number): void;
  /** Makes the range read as zeros, freeing what it can. */
  writeZeroes(offset: number, length: number): void;
  /** The range as stretches that are written or not; neighbours may be alike. */
  visitStretches(offset: number, length: number, visit: StretchVisitor): void;
  /** Resolves when everything done before the call survives a crash. */
  flush(): Promise<void>;
}

export type StretchVisitor = (offset: number, bytes: number, isWritten: boolean) => void;

export function readOrThrow(device: BlockDevice, transfer: Transfer): void {
  device.read([transfer]);
  if (transfer.error !== undefined) throw transfer.error;
}

export function writeOrThrow(device: BlockDevice, transfer: Transfer): void {
  device.write([transfer]);
  if (transfer.error !== undefined) throw transfer.error;
}

/** The range as stretches that are written and not, in turn. */
export function stretchesOf(
  device: BlockDevice,
  offset: number,
  length: number,
): { bytes: number; isWritten: boolean }[] {
  const stretches: { bytes: number; isWritten: boolean }[] = [];
  device.visitStretches(offset, length, (_, bytes, isWritten) => {
    const last = stretches.at(-1);
    if (last?.isWritten === isWritten) last.bytes += bytes;
    else stretches.push({ bytes, isWritten });
  });
  return stretches;
}

/** Whether nothing in the range is written. */
export function isHole(device: BlockDevice, offset: number, length: number): boolean {
  let isEmpty = true;
  device.visitStretches(offset, length, (_, __, isWritten) => {
    isEmpty &&= !isWritten;
  });
  return isEmpty;
}
