/**
 * Where lineages lie: a directory for each, with its extent file and journal. Without a path they live in memory as far
 * as anyone can see: the files have no names, so nothing is left however the process ends.
 */
import { join } from 'node:path';
import type { Disk } from '../../platform/disk.ts';
import { BlockFailure } from '../failure.ts';
import { ExtentFile } from './extent-file.ts';
import type { LineagePaths, NewImage } from './image.ts';
import { Lineage } from './lineage.ts';

const PARTIAL = '.partial';
const LINEAGE_ID = /^[0-9a-f]{16}$/;

export class LineageDirectory {
  readonly #disk: Disk;
  readonly #path: string | undefined;

  constructor(disk: Disk, path: string | undefined) {
    this.#disk = disk;
    this.#path = path;
    if (path !== undefined) disk.makeDirectory(path);
  }

  /** Ids of the lineages; what an interrupted copy or removal left behind is removed. */
  static list(disk: Disk, path: string): string[] {
    const names = disk.list(path) ?? [];
    for (const name of names) if (name.endsWith(PARTIAL)) disk.remove(join(path, name));
    return names.filter((name) => LINEAGE_ID.test(name));
  }

  /** With `partial`, it goes at the next start unless `finish` is called before. */
  create(id: string, unitBytes: number, encrypted: boolean, image: NewImage, partial = false): Lineage {
    const header = { unitBytes, encrypted };
    if (this.#path === undefined) return Lineage.create(this.#disk, header, image, undefined);
    const directory = join(this.#path, partial ? id + PARTIAL : id);
    this.#disk.makeDirectory(directory);
    let lineage: Lineage | undefined;
    try {
      lineage = Lineage.create(this.#disk, header, image, pathsIn(directory));
      this.#disk.syncDirectory(this.#path);
      return lineage;
    } catch (error) {
      lineage?.close();
      this.#disk.remove(directory);
      throw error;
    }
  }

  finish(id: string): void {
    if (this.#path === undefined) return;
    this.#disk.rename(join(this.#path, id + PARTIAL), join(this.#path, id));
    this.#disk.syncDirectory(this.#path);
  }

  /**
   * Undefined, and nothing left of it, if the lineage was never whole. Throws a BlockFailure `Damaged` where it was, and
   * leaves everything as it is: it may be mended, or the disk may be back at the next start.
   */
  open(id: string): Lineage | undefined {
    const directory = join(this.#path as string, id);
    const paths = pathsIn(directory);
    try {
      const names = this.#disk.list(directory) ?? [];
      const lineage = names.includes('journal') ? Lineage.open(this.#disk, paths) : undefined;
      if (lineage === undefined) this.#requireEmpty(paths, names);
      else if (lineage.images.length > 0) return lineage;
      // Never whole, or its last image is deleted.
      lineage?.close();
      this.#disk.remove(directory);
      return undefined;
    } catch (error) {
      if (error instanceof BlockFailure) throw error;
      throw new BlockFailure('Damaged', `it cannot be read: ${(error as Error).message}`);
    }
  }

  /** One step for a crash: after the renaming it is no lineage, and what is left of it goes at the next start. */
  remove(id: string): void {
    if (this.#path === undefined) return;
    this.#disk.rename(join(this.#path, id), join(this.#path, id + PARTIAL));
    this.#disk.syncDirectory(this.#path);
    this.abandon(id);
  }

  /** What is left of a removal, or of a copy that failed. */
  abandon(id: string): void {
    if (this.#path === undefined) return;
    for (const name of [id, id + PARTIAL]) this.#disk.remove(join(this.#path, name));
  }

  /** A creation that was cut short has written no block. */
  #requireEmpty({ extents }: LineagePaths, names: readonly string[]): void {
    if (!names.includes('extents')) return;
    const file = ExtentFile.edit(this.#disk, extents);
    try {
      if (file.size() === 0) return;
    } finally {
      file.close();
    }
    const what = names.includes('journal') ? 'holds nothing that is whole' : 'is missing';
    throw new BlockFailure('Damaged', `the journal ${what}, and there are blocks`);
  }
}

function pathsIn(directory: string): LineagePaths {
  return { extents: join(directory, 'extents'), journal: join(directory, 'journal') };
}
