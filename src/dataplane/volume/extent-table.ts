/**
 * Which extents of the extent file are in use, and by how many cluster maps. An extent that is referred to once may be
 * overwritten where it lies; one that is shared is copied first.
 */
export class ExtentTable {
  #references = new Uint32Array(1024);
  #end = 0;
  #free = 0;
  /** None below it is free. */
  #lowestFree = 0;

  /** Extents up to the last one in use. */
  get end(): number {
    return this.#end;
  }

  /** Extents in use. */
  get used(): number {
    return this.#end - this.#free;
  }

  /** Takes a free extent, the lowest first so that the file stays short, with one reference. */
  allocate(): number {
    let extent = this.#end;
    if (this.#free > 0) {
      extent = this.#lowestFree;
      while (this.#references[extent] !== 0) extent++;
    }
    this.retain(extent);
    this.#lowestFree = extent + 1;
    return extent;
  }

  /** Adds a reference. One beyond the end is taken into use, which happens at a start, before any is allocated. */
  retain(extent: number): void {
    this.#grow(extent);
    if (this.#references[extent] === 0) this.#free--;
    this.#references[extent] = (this.#references[extent] as number) + 1;
  }

  /** Drops a reference; the extent is free when the last one goes. */
  release(extent: number): void {
    const left = (this.#references[extent] as number) - 1;
    this.#references[extent] = left;
    if (left > 0) return;
    this.#free++;
    this.#lowestFree = Math.min(this.#lowestFree, extent);
  }

  isShared(extent: number): boolean {
    return (this.#references[extent] as number) > 1;
  }

  /** Forgets free extents at the end. */
  trim(): void {
    while (this.#end > 0 && this.#references[this.#end - 1] === 0) {
      this.#end--;
      this.#free--;
    }
  }

  #grow(extent: number): void {
    if (extent >= this.#references.length) {
      const larger = new Uint32Array(Math.max(extent + 1, 2 * this.#references.length));
      larger.set(this.#references);
      this.#references = larger;
    }
    if (extent < this.#end) return;
    this.#free += extent + 1 - this.#end;
    this.#end = extent + 1;
  }
}
