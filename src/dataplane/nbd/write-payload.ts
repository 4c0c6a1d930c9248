/**
 * The payload of a write as it arrives: whole units go on at once, straight from the socket's buffer, so that even the
 * largest request never lies in memory as a whole; only a unit that is cut by the edge of a chunk is put together.
 */
import type { Transfer } from '../device/device.ts';
import { NBD_ERROR, type NbdRequest } from './protocol.ts';

export class WritePayload {
  readonly request: NbdRequest;
  readonly #unitBytes: number;
  #error: number;
  #position: number;
  #remaining: number;
  #cut: { unit: Buffer; filled: number } | undefined;

  /** Bytes that are still to come. */
  get remaining(): number {
    return this.#remaining;
  }

  /** An error of the protocol: the rest is skipped, and the request answered with it. */
  get error(): number {
    return this.#error;
  }

  constructor(request: NbdRequest, unitBytes: number, error: number) {
    this.request = { ...request, cookie: Buffer.from(request.cookie) };
    this.#unitBytes = unitBytes;
    this.#error = error;
    this.#position = request.offset;
    this.#remaining = request.length;
  }

  refuse(error: number): void {
    this.#error = error;
  }

  /** What can be written now. `bytes`, no more than remain, must stay as they are until that is done. */
  receive(bytes: Buffer): Transfer[] {
    const transfers: Transfer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const rest = bytes.subarray(at);
      const whole = rest.length - (rest.length % this.#unitBytes);
      const isAtUnit = this.#cut === undefined && this.#position % this.#unitBytes === 0;
      if (isAtUnit && whole > 0) {
        transfers.push({ offset: this.#position, bytes: rest.subarray(0, whole) });
        this.#advance(whole);
        at += whole;
      } else {
        at += this.#fillCutUnit(rest, transfers);
      }
    }
    return this.#error === NBD_ERROR.none ? transfers : [];
  }

  #fillCutUnit(bytes: Buffer, transfers: Transfer[]): number {
    this.#cut ??= {
      unit: Buffer.allocUnsafe(
        Math.min(this.#unitBytes - (this.#position % this.#unitBytes), this.#remaining),
      ),
      filled: 0,
    };
    const { unit, filled } = this.#cut;
    const taken = bytes.copy(unit, filled);
    this.#cut.filled += taken;
    this.#advance(taken);
    if (this.#cut.filled === unit.length) {
      transfers.push({ offset: this.#position - unit.length, bytes: unit });
      this.#cut = undefined;
    }
    return taken;
  }

  #advance(bytes: number): void {
    this.#position += bytes;
    this.#remaining -= bytes;
  }
}
