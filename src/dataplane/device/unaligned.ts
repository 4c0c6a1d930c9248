/** A device at any offset and of any length, over one of whole units. */
import { type BlockDevice, readOrThrow, type StretchVisitor, type Transfer, writeOrThrow } from './device.ts';

export class UnalignedDevice implements BlockDevice {
  readonly unitBytes: number;
  readonly #below: BlockDevice;

  constructor(below: BlockDevice) {
    this.#below = below;
    this.unitBytes = below.unitBytes;
  }

  get sizeBytes(): number {
    return this.#below.sizeBytes;
  }

  read(batch: readonly Transfer[]): void {
    if (this.#allAligned(batch)) this.#below.read(batch);
    else this.#readInOrder(batch);
  }

  write(batch: readonly Transfer[]): void {
    if (this.#allAligned(batch)) this.#below.write(batch);
    else this.#writeInOrder(batch);
  }

  #readInOrder(batch: readonly Transfer[]): void {
    this.#inOrder(
      batch,
      (aligned) => this.#below.read(aligned),
      (transfer) => {
        const units = this.#surroundings(transfer);
        const from = transfer.offset - units.offset;
        transfer.bytes.set(units.bytes.subarray(from, from + transfer.bytes.length));
      },
    );
  }

  #writeInOrder(batch: readonly Transfer[]): void {
    this.#inOrder(
      batch,
      (aligned) => this.#below.write(aligned),
      (transfer) => {
        const units = this.#surroundings(transfer);
        units.bytes.set(transfer.bytes, transfer.offset - units.offset);
        writeOrThrow(this.#below, units);
      },
    );
  }

  /** What is left of a unit at either end stays as it is. */
  trim(offset: number, length: number): void {
    const first = Math.ceil(offset / this.unitBytes) * this.unitBytes;
    const end = Math.floor((offset + length) / this.unitBytes) * this.unitBytes;
    if (end > first) this.#below.trim(first, end - first);
  }

  writeZeroes(offset: number, length: number): void {
    const first = Math.ceil(offset / this.unitBytes) * this.unitBytes;
    const end = Math.floor((offset + length) / this.unitBytes) * this.unitBytes;
    if (end < first) {
      writeOrThrow(this, { offset, bytes: new Uint8Array(length) });
      return;
    }
    if (first > offset) writeOrThrow(this, { offset, bytes: new Uint8Array(first - offset) });
    if (offset + length > end)
      writeOrThrow(this, { offset: end, bytes: new Uint8Array(offset + length - end) });
    if (end > first) this.#below.writeZeroes(first, end - first);
  }

  visitStretches(offset: number, length: number, visit: StretchVisitor): void {
    this.#below.visitStretches(offset, length, visit);
  }

  flush(): Promise<void> {
    return this.#below.flush();
  }

  /** Neighbours that are aligned go down together; what is not goes by itself, after those before it. */
  #inOrder(
    batch: readonly Transfer[],
    together: (aligned: readonly Transfer[]) => void,
    alone: (transfer: Transfer) => void,
  ): void {
    let first = 0;
    for (let at = 0; at < batch.length; at++) {
      const transfer = batch[at] as Transfer;
      if (this.#isAligned(transfer)) continue;
      if (at > first) together(batch.slice(first, at));
      first = at + 1;
      try {
        alone(transfer);
      } catch (error) {
        transfer.error = error;
      }
    }
    if (first < batch.length) together(batch.slice(first));
  }

  #allAligned(batch: readonly Transfer[]): boolean {
    for (let at = 0; at < batch.length; at++) if (!this.#isAligned(batch[at] as Transfer)) return false;
    return true;
  }

  #isAligned({ offset, bytes }: Transfer): boolean {
    return offset % this.unitBytes === 0 && bytes.length % this.unitBytes === 0;
  }

  /** The whole units around a transfer, as they are now. */
  #surroundings({ offset, bytes }: Transfer): Transfer {
    const start = Math.floor(offset / this.unitBytes) * this.unitBytes;
    const end = Math.ceil((offset + bytes.length) / this.unitBytes) * this.unitBytes;
    const units = { offset: start, bytes: new Uint8Array(end - start) };
    readOrThrow(this.#below, units);
    return units;
  }
}
