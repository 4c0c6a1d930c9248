/** Which of some names somebody may have meant: the one that the fewest letters tell apart. */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  const ranked = names.map((name) => [distance(given, name), name] as const);
  return ranked.sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1))[0]?.[1];
}

/** Letters to change, add and leave out (Levenshtein's distance). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, another] of [...other].entries()) {
      const replaced = (row[j] as number) + (letter === another ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
