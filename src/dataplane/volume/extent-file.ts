/** The blocks of a lineage, as they are at rest. */
import type { Disk, DiskFile } from '../../platform/disk.ts';

export class ExtentFile {
  readonly #disk: Disk;
  #file: DiskFile | undefined;

  private constructor(disk: Disk, file?: DiskFile) {
    this.#disk = disk;
    this.#file = file;
  }

  static create(disk: Disk, path: string): ExtentFile {
    return new ExtentFile(disk, disk.open(path, 'create'));
  }

  /** One that must be there: blocks that have gone may not read as zeros. */
  static edit(disk: Disk, path: string): ExtentFile {
    return new ExtentFile(disk, disk.open(path, 'edit'));
  }

  /** A file without a name cannot be closed in between, so it is not opened before there is something to keep. */
  static nameless(disk: Disk): ExtentFile {
    return new ExtentFile(disk);
  }

  size(): number {
    return this.#opened().size();
  }

  read(position: number, target: Uint8Array): void {
    this.#opened().read(position, target);
  }

  write(position: number, source: Uint8Array): void {
    this.#opened().write(position, source);
  }

  /** Everything written before the call is on stable storage when it resolves. */
  async sync(): Promise<void> {
    await this.#file?.sync();
  }

  truncate(bytes: number): void {
    this.#file?.truncate(bytes);
  }

  close(): void {
    this.#file?.close();
  }

  #opened(): DiskFile {
    this.#file ??= this.#disk.openNameless();
    return this.#file;
  }
}
