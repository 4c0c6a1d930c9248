/** A volume as a device: reads, writes and trims at any offset, encrypted in whole units. */
import type { XtsCipher, XtsWorkspace } from '../xts/xts.ts';
import type { Image, Lineage } from './lineage.ts';
import { clearUnits, HOLE, storeUnits, visitRuns } from './placement.ts';

/** Bytes on their way to or from a place in the volume. */
export interface Transfer {
  /** In bytes from the start of the volume. */
  offset: number;
  bytes: Uint8Array;
  /** Set if the transfer failed: node's error (ENOSPC, EIO) or a BlockFailure. */
  error?: unknown;
}

/** Units in the workspace that belong to one transfer. */
interface Piece {
  transfer: Transfer;
  /** In units from the start of the workspace. */
  index: number;
  unit: number;
  count: number;
}

/**
 * A volume or snapshot as plaintext bytes, at any offset and of any length. Many small transfers are encrypted or
 * decrypted in one go, which is what makes 4-KiB requests cheap. All methods but `flush` finish before they return, so
 * requests on different connections cannot come between the parts of one.
 */
export class BlockDevice {
  readonly lineage: Lineage;
  readonly image: Image;
  readonly unitBytes: number;
  readonly #cipher: XtsCipher | undefined;
  readonly #workspace: XtsWorkspace;
  #pieces: Piece[] = [];
  #used = 0;

  /** `cipher` works in `workspace`, and is given for encrypted lineages. */
  constructor(lineage: Lineage, image: Image, workspace: XtsWorkspace, cipher: XtsCipher | undefined) {
    this.lineage = lineage;
    this.image = image;
    this.unitBytes = lineage.header.unitBytes;
    this.#workspace = workspace;
    this.#cipher = cipher;
  }

  get sizeBytes(): number {
    return this.image.sizeBytes;
  }

  /** Fills the `bytes` of each transfer. */
  read(transfers: readonly Transfer[]): void {
    for (const transfer of transfers) {
      this.#attempt(transfer, () => {
        if (this.#isAligned(transfer)) this.#readUnits(transfer);
        else this.#readUnaligned(transfer);
      });
    }
    this.#finishReads();
  }

  write(transfers: readonly Transfer[]): void {
    for (const transfer of transfers) {
      this.#attempt(transfer, () => {
        if (!this.#isAligned(transfer)) this.#writeUnaligned(transfer);
        else if (this.#cipher === undefined) this.#store(transfer.offset, transfer.bytes);
        else this.#collectWrite(transfer);
      });
    }
    this.#finishWrites();
  }

  readOrThrow(transfer: Transfer): void {
    this.read([transfer]);
    if (transfer.error !== undefined) throw transfer.error;
  }

  writeOrThrow(transfer: Transfer): void {
    this.write([transfer]);
    if (transfer.error !== undefined) throw transfer.error;
  }

  /** Frees the whole units in the range; what is left of a unit at either end stays as it is. */
  trim(offset: number, length: number): void {
    const first = Math.ceil(offset / this.unitBytes);
    const end = Math.floor((offset + length) / this.unitBytes);
    if (end > first) clearUnits(this.lineage, this.image, first, end - first);
  }

  /** Makes the range read as zeros, freeing whole units. */
  writeZeroes(offset: number, length: number): void {
    const first = Math.ceil(offset / this.unitBytes) * this.unitBytes;
    const end = Math.floor((offset + length) / this.unitBytes) * this.unitBytes;
    if (end < first) {
      this.writeOrThrow({ offset, bytes: new Uint8Array(length) });
      return;
    }
    if (first > offset) this.writeOrThrow({ offset, bytes: new Uint8Array(first - offset) });
    if (offset + length > end)
      this.writeOrThrow({ offset: end, bytes: new Uint8Array(offset + length - end) });
    if (end > first)
      clearUnits(this.lineage, this.image, first / this.unitBytes, (end - first) / this.unitBytes);
  }

  /** The range as stretches that are written or not, in turn. */
  status(offset: number, length: number): { bytes: number; isWritten: boolean }[] {
    const stretches: { bytes: number; isWritten: boolean }[] = [];
    const first = Math.floor(offset / this.unitBytes);
    const count = Math.ceil((offset + length) / this.unitBytes) - first;
    visitRuns(this.image.map, this.unitBytes, first, count, (unit, units, position) => {
      const start = Math.max(unit * this.unitBytes, offset);
      const bytes = Math.min((unit + units) * this.unitBytes, offset + length) - start;
      const isWritten = position !== HOLE;
      const last = stretches.at(-1);
      if (last?.isWritten === isWritten) last.bytes += bytes;
      else stretches.push({ bytes, isWritten });
    });
    return stretches;
  }

  /** Whether nothing in the range is written. */
  isHole(offset: number, length: number): boolean {
    const first = Math.floor(offset / this.unitBytes);
    const count = Math.ceil((offset + length) / this.unitBytes) - first;
    let isHole = true;
    visitRuns(this.image.map, this.unitBytes, first, count, (_, __, position) => {
      isHole &&= position === HOLE;
    });
    return isHole;
  }

  /** Resolves when everything done before the call survives a crash. */
  flush(): Promise<void> {
    return this.lineage.commit();
  }

  #isAligned({ offset, bytes }: Transfer): boolean {
    return offset % this.unitBytes === 0 && bytes.length % this.unitBytes === 0;
  }

  #attempt(transfer: Transfer, action: () => void): void {
    try {
      action();
    } catch (error) {
      transfer.error = error;
    }
  }

  #readUnits(transfer: Transfer): void {
    const { offset, bytes } = transfer;
    const { unitBytes } = this;
    visitRuns(
      this.image.map,
      unitBytes,
      offset / unitBytes,
      bytes.length / unitBytes,
      (unit, count, position) => {
        const from = unit * unitBytes - offset;
        if (position === HOLE) bytes.fill(0, from, from + count * unitBytes);
        else if (this.#cipher === undefined) {
          this.lineage.file.read(position, bytes.subarray(from, from + count * unitBytes));
        } else this.#collectRead(transfer, unit, count, position);
      },
    );
  }

  #collectRead(transfer: Transfer, unit: number, count: number, position: number): void {
    const { unitBytes } = this;
    const { data, capacity } = this.#workspace;
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, capacity - this.#used);
      const target = data.subarray(this.#used * unitBytes, (this.#used + part) * unitBytes);
      this.lineage.file.read(position + done * unitBytes, target);
      this.#addPiece(transfer, unit + done, part);
      done += part;
      if (this.#used === capacity) this.#finishReads();
    }
  }

  #finishReads(): void {
    if (this.#used === 0) return;
    const { unitBytes } = this;
    this.#cipher?.decrypt(this.#used);
    for (const { transfer, index, unit, count } of this.#takePieces()) {
      const plaintext = this.#workspace.data.subarray(index * unitBytes, (index + count) * unitBytes);
      transfer.bytes.set(plaintext, unit * unitBytes - transfer.offset);
    }
  }

  #collectWrite(transfer: Transfer): void {
    const { unitBytes } = this;
    const { data, capacity } = this.#workspace;
    const count = transfer.bytes.length / unitBytes;
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, capacity - this.#used);
      data.set(transfer.bytes.subarray(done * unitBytes, (done + part) * unitBytes), this.#used * unitBytes);
      this.#addPiece(transfer, transfer.offset / unitBytes + done, part);
      done += part;
      if (this.#used === capacity) this.#finishWrites();
    }
  }

  #finishWrites(): void {
    if (this.#used === 0) return;
    const { unitBytes } = this;
    this.#cipher?.encrypt(this.#used);
    const pieces = this.#takePieces();
    for (let at = 0; at < pieces.length; ) {
      const { index, unit } = pieces[at] as Piece;
      let count = 0;
      const first = at;
      // What lies together is stored together: a request is cut wherever the socket's buffer ends.
      for (; at < pieces.length && pieces[at]?.unit === unit + count; at++)
        count += pieces[at]?.count as number;
      const ciphertext = this.#workspace.data.subarray(index * unitBytes, (index + count) * unitBytes);
      try {
        storeUnits(this.lineage, this.image, unit, ciphertext);
      } catch (error) {
        for (const { transfer } of pieces.slice(first, at)) transfer.error = error;
      }
    }
  }

  #store(offset: number, bytes: Uint8Array): void {
    if (bytes.length > 0) storeUnits(this.lineage, this.image, offset / this.unitBytes, bytes);
  }

  #addPiece(transfer: Transfer, unit: number, count: number): void {
    this.#workspace.label(this.#used, unit, count);
    this.#pieces.push({ transfer, index: this.#used, unit, count });
    this.#used += count;
  }

  #takePieces(): Piece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#used = 0;
    return pieces;
  }

  /** The whole units around a transfer, as they are now. */
  #surroundings({ offset, bytes }: Transfer): Transfer {
    const start = Math.floor(offset / this.unitBytes) * this.unitBytes;
    const end = Math.ceil((offset + bytes.length) / this.unitBytes) * this.unitBytes;
    const units = { offset: start, bytes: new Uint8Array(end - start) };
    this.readOrThrow(units);
    return units;
  }

  #readUnaligned(transfer: Transfer): void {
    this.#finishReads();
    const units = this.#surroundings(transfer);
    const from = transfer.offset - units.offset;
    transfer.bytes.set(units.bytes.subarray(from, from + transfer.bytes.length));
  }

  #writeUnaligned(transfer: Transfer): void {
    this.#finishWrites();
    const units = this.#surroundings(transfer);
    units.bytes.set(transfer.bytes, transfer.offset - units.offset);
    this.writeOrThrow(units);
  }
}
