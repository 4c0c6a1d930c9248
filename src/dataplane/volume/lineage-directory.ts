/**
 * Where lineages lie: a directory for each, with its extent file and journal. Without a path they live in memory as far
 * as anyone can see: the files have no names any more once they are open, so nothing is left however the process ends.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syncDirectory } from './journal-file.ts';
import { Lineage, type NewImage } from './lineage.ts';

const PARTIAL = '.partial';
const LINEAGE_ID = /^[0-9a-f]{16}$/;

export class LineageDirectory {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
    if (path !== undefined) mkdirSync(path, { recursive: true, mode: 0o700 });
  }

  /** Ids of the lineages; what an interrupted copy left behind is removed. */
  static list(path: string): string[] {
    if (!existsSync(path)) return [];
    const names = readdirSync(path);
    for (const name of names) {
      if (name.endsWith(PARTIAL)) rmSync(join(path, name), { recursive: true });
    }
    return names.filter((name) => LINEAGE_ID.test(name));
  }

  /** With `partial`, it goes at the next start unless `finish` is called before. */
  create(id: string, unitBytes: number, encrypted: boolean, image: NewImage, partial = false): Lineage {
    const header = { unitBytes, encrypted };
    if (this.#path === undefined) {
      const directory = mkdtempSync(join(tmpdir(), 'latchkey-blocks-'));
      try {
        return Lineage.create(header, image, join(directory, 'extents'), undefined);
      } finally {
        rmSync(directory, { recursive: true });
      }
    }
    const directory = join(this.#path, partial ? id + PARTIAL : id);
    mkdirSync(directory, { mode: 0o700 });
    try {
      const lineage = Lineage.create(header, image, join(directory, 'extents'), join(directory, 'journal'));
      syncDirectory(this.#path);
      return lineage;
    } catch (error) {
      rmSync(directory, { recursive: true });
      throw error;
    }
  }

  finish(id: string): void {
    if (this.#path === undefined) return;
    renameSync(join(this.#path, id + PARTIAL), join(this.#path, id));
    syncDirectory(this.#path);
  }

  /** Undefined, and nothing left of it, if the lineage was never whole. */
  open(id: string): Lineage | undefined {
    const directory = join(this.#path as string, id);
    const journal = join(directory, 'journal');
    const lineage = existsSync(journal) ? Lineage.open(join(directory, 'extents'), journal) : undefined;
    if (lineage === undefined) rmSync(directory, { recursive: true });
    return lineage;
  }

  remove(id: string): void {
    if (this.#path === undefined) return;
    for (const name of [id, id + PARTIAL]) rmSync(join(this.#path, name), { recursive: true, force: true });
  }
}
