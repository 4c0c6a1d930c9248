/** Which of some names somebody may have meant, as a sentence's end: the one that the fewest letters tell apart, where most are the same. */
export function nearestName(given: string, names: readonly string[], prefix = ''): string {
  const ranked = names.map((name) => [distance(given, name), name] as const);
  const [nearest] = ranked.sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1));
  return nearest && nearest[0] <= given.length / 2 ? `; the nearest name is ${prefix}${nearest[1]}` : '';
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
