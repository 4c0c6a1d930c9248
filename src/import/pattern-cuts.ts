/** Where patterns cut words (`app-w*` cuts whatever begins with w), so that pseudonyms of the parts go on to match. */
export class PatternCuts {
  readonly #beginnings = new Set<string>();
  readonly #endings = new Set<string>();
  readonly #cuts = new Map<string, Set<number>>();

  /** To be called with all texts before the words are settled. */
  learn(text: string): void {
    for (const [, beginning = ''] of text.matchAll(/(?<![A-Za-z0-9])([A-Za-z0-9]+)[*?]/g))
      this.#beginnings.add(beginning);
    for (const [, ending = ''] of text.matchAll(/[*?]([A-Za-z0-9]+)/g)) this.#endings.add(ending);
  }

  /**
   * A part is cut as it is where it stands alone: `w*` and `we*` both match what was `web`. In `qzzqq`, `*zqq` cuts the
   * beginning of `qzz*`, which is then cut there wherever it stands. So it goes on until nothing is cut any more.
   */
  settle(words: Iterable<string>): void {
    if (this.#beginnings.size + this.#endings.size === 0) return;
    const cut = [...new Set([...words, ...this.#beginnings, ...this.#endings])]
      .map((word) => ({ word, parts: this.#partsOf(word) }))
      .filter(({ parts }) => parts.length > 0);
    let isSettled = false;
    while (!isSettled) {
      isSettled = true;
      for (const { word, parts } of cut) if (this.#share(word, parts)) isSettled = false;
    }
  }

  /** Ascending. */
  of(word: string): readonly number[] {
    if (!this.#cuts.has(word)) this.#share(word, this.#partsOf(word));
    return [...this.#cutsOf(word)].sort((a, b) => a - b);
  }

  #cutsOf(word: string): Set<number> {
    const cuts = this.#cuts.get(word) ?? new Set();
    this.#cuts.set(word, cuts);
    return cuts;
  }

  /** Beginnings and endings of a word that patterns name. */
  #partsOf(word: string): readonly Part[] {
    const parts: Part[] = [];
    for (let at = 1; at < word.length; at++) {
      const [before, after] = [word.slice(0, at), word.slice(at)];
      if (this.#beginnings.has(before)) parts.push({ text: before, from: 0, cut: at });
      if (this.#endings.has(after)) parts.push({ text: after, from: at, cut: at });
    }
    return parts;
  }

  /** A word and its parts are cut at the same places. Says whether any was cut that was not. */
  #share(word: string, parts: readonly Part[]): boolean {
    const own = this.#cutsOf(word);
    let isChanged = false;
    const add = (cuts: Set<number>, at: number) => {
      isChanged ||= !cuts.has(at);
      cuts.add(at);
    };
    for (const { text, from, cut } of parts) {
      const theirs = this.#cutsOf(text);
      add(own, cut);
      for (const at of theirs) add(own, from + at);
      for (const at of own) if (at > from && at < from + text.length) add(theirs, at - from);
    }
    return isChanged;
  }
}

interface Part {
  readonly text: string;
  readonly from: number;
  /** Where the word is cut for it. */
  readonly cut: number;
}
