/** A device whose units are encrypted in the one below: AES-256-XTS, many units in one go. */
import type { XtsCipher, XtsWorkspace } from '../xts/xts.ts';
import type { BlockDevice, StretchVisitor, Transfer } from './device.ts';

/** Units in the workspace that belong to one transfer. */
interface Piece {
  transfer: Transfer;
  /** In units from the start of the workspace. */
  index: number;
  unit: number;
  count: number;
}

export class EncryptedDevice implements BlockDevice {
  readonly unitBytes: number;
  readonly #below: BlockDevice;
  readonly #cipher: XtsCipher;
  readonly #workspace: XtsWorkspace;
  #pieces: Piece[] = [];
  #used = 0;

  /** `cipher` works in `workspace`. */
  constructor(below: BlockDevice, cipher: XtsCipher, workspace: XtsWorkspace) {
    this.#below = below;
    this.#cipher = cipher;
    this.#workspace = workspace;
    this.unitBytes = below.unitBytes;
  }

  get sizeBytes(): number {
    return this.#below.sizeBytes;
  }

  read(batch: readonly Transfer[]): void {
    for (const transfer of batch) {
      const { offset, bytes } = transfer;
      // What was never written is zeros, and no ciphertext of them.
      this.#below.visitStretches(offset, bytes.length, (start, length, isWritten) => {
        if (isWritten) this.#collectRead(transfer, start, length);
        else bytes.fill(0, start - offset, start - offset + length);
      });
    }
    this.#finishReads();
  }

  write(batch: readonly Transfer[]): void {
    for (const transfer of batch) this.#collectWrite(transfer);
    this.#finishWrites();
  }

  trim(offset: number, length: number): void {
    this.#below.trim(offset, length);
  }

  writeZeroes(offset: number, length: number): void {
    this.#below.writeZeroes(offset, length);
  }

  visitStretches(offset: number, length: number, visit: StretchVisitor): void {
    this.#below.visitStretches(offset, length, visit);
  }

  flush(): Promise<void> {
    return this.#below.flush();
  }

  #collectRead(transfer: Transfer, offset: number, length: number): void {
    const { unitBytes } = this;
    const { capacity } = this.#workspace;
    const unit = offset / unitBytes;
    const count = length / unitBytes;
    for (let done = 0; done < count; ) {
      const part = Math.min(count - done, capacity - this.#used);
      this.#addPiece(transfer, unit + done, part);
      done += part;
      if (this.#used === capacity) this.#finishReads();
    }
  }

  #finishReads(): void {
    if (this.#used === 0) return;
    const { unitBytes } = this;
    const used = this.#used;
    const pieces = this.#takePieces();
    const reads: Transfer[] = [];
    for (const { index, unit, count } of pieces) {
      reads.push({ offset: unit * unitBytes, bytes: this.#units(index, count) });
    }
    this.#below.read(reads);
    this.#cipher.decrypt(used);
    for (let at = 0; at < pieces.length; at++) {
      const { transfer, unit } = pieces[at] as Piece;
      const { bytes, error } = reads[at] as Transfer;
      if (error === undefined) transfer.bytes.set(bytes, unit * unitBytes - transfer.offset);
      else transfer.error = error;
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
    this.#cipher.encrypt(this.#used);
    const pieces = this.#takePieces();
    const writes: Transfer[] = [];
    const firsts: number[] = [];
    for (let at = 0; at < pieces.length; ) {
      const { index, unit } = pieces[at] as Piece;
      let count = 0;
      firsts.push(at);
      // What lies together is stored together: a request is cut wherever the socket's buffer ends.
      for (; at < pieces.length && pieces[at]?.unit === unit + count; at++)
        count += pieces[at]?.count as number;
      writes.push({ offset: unit * unitBytes, bytes: this.#units(index, count) });
    }
    this.#below.write(writes);
    for (let at = 0; at < writes.length; at++) {
      const { error } = writes[at] as Transfer;
      if (error === undefined) continue;
      for (const { transfer } of pieces.slice(firsts[at], firsts[at + 1])) transfer.error = error;
    }
  }

  #units(index: number, count: number): Uint8Array {
    return this.#workspace.data.subarray(index * this.unitBytes, (index + count) * this.unitBytes);
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
}
