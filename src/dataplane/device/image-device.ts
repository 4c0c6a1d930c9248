/** An image of a lineage as a device of whole units, as they are at rest. */
import type { Image } from '../volume/image.ts';
import type { Lineage } from '../volume/lineage.ts';
import { clearUnits, HOLE, storeUnits, visitRuns } from '../volume/placement.ts';
import type { BlockDevice, StretchVisitor, Transfer } from './device.ts';

export class ImageDevice implements BlockDevice {
  readonly unitBytes: number;
  readonly #lineage: Lineage;
  readonly #image: Image;

  constructor(lineage: Lineage, image: Image) {
    this.#lineage = lineage;
    this.#image = image;
    this.unitBytes = lineage.header.unitBytes;
  }

  get sizeBytes(): number {
    return this.#image.sizeBytes;
  }

  read(batch: readonly Transfer[]): void {
    for (const transfer of batch) {
      try {
        this.#read(transfer);
      } catch (error) {
        transfer.error = error;
      }
    }
  }

  write(batch: readonly Transfer[]): void {
    for (const transfer of batch) {
      const { offset, bytes } = transfer;
      try {
        storeUnits(this.#lineage, this.#image, offset / this.unitBytes, bytes);
      } catch (error) {
        transfer.error = error;
      }
    }
  }

  trim(offset: number, length: number): void {
    if (length > 0) clearUnits(this.#lineage, this.#image, offset / this.unitBytes, length / this.unitBytes);
  }

  writeZeroes(offset: number, length: number): void {
    this.trim(offset, length);
  }

  /** At any offset, and of any length. */
  visitStretches(offset: number, length: number, visit: StretchVisitor): void {
    const { unitBytes } = this;
    const end = offset + length;
    const first = Math.floor(offset / unitBytes);
    const count = Math.ceil(end / unitBytes) - first;
    visitRuns(this.#image.map, unitBytes, first, count, (unit, units, position) => {
      const start = Math.max(unit * unitBytes, offset);
      visit(start, Math.min((unit + units) * unitBytes, end) - start, position !== HOLE);
    });
  }

  flush(): Promise<void> {
    return this.#lineage.commit();
  }

  #read({ offset, bytes }: Transfer): void {
    const { unitBytes } = this;
    const { file } = this.#lineage;
    const { map } = this.#image;
    visitRuns(map, unitBytes, offset / unitBytes, bytes.length / unitBytes, (unit, count, position) => {
      const from = unit * unitBytes - offset;
      const length = count * unitBytes;
      if (position === HOLE) bytes.fill(0, from, from + length);
      else file.read(position, length === bytes.length ? bytes : bytes.subarray(from, from + length));
    });
  }
}
