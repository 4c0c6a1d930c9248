/** Where patterns cut words (`app-w*` cuts whatever begins with w), so that pseudonyms of the parts go on to match. */
export class PatternCuts {
  readonly #beginnings = new Set<string>();
  readonly #endings = new Set<string>();
  readonly #known = new Map<string, readonly number[]>();

  /** To be called with all texts before the first word is asked for. */
  learn(text: string): void {
    for (const [, beginning = ''] of text.matchAll(/([A-Za-z0-9]+)[*?]/g)) this.#beginnings.add(beginning);
    for (const [, ending = ''] of text.matchAll(/[*?]([A-Za-z0-9]+)/g)) this.#endings.add(ending);
  }

  /** Ascending. A part is cut as it is where it stands alone: `w*` and `we*` both match what was `web`. */
  of(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known) return known;
    const cuts = new Set<number>();
    for (let at = 1; at < word.length; at++) {
      const [before, after] = [word.slice(0, at), word.slice(at)];
      const begins = this.#beginnings.has(before);
      const ends = this.#endings.has(after);
      if (begins || ends) cuts.add(at);
      if (begins) for (const cut of this.of(before)) cuts.add(cut);
      if (ends) for (const cut of this.of(after)) cuts.add(at + cut);
    }
    const ascending = [...cuts].sort((a, b) => a - b);
    this.#known.set(word, ascending);
    return ascending;
  }
}
