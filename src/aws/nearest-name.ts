/** Which of some names somebody may have meant, as a sentence's end: the one that the fewest letters tell apart, where most are the same. */
export function nearestName(given: string, names: readonly string[], prefix = ''): string {
  const ranked = names.map((name) => [distance(given, name), name] as const);
  const [nearest] = ranked.sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1));
  return nearest && nearest[0] <= given.length / 2 ? `; the nearest name is ${prefix}${nearest[1]}` : '';
}

/** Letters to change, add, leave out, and swap with the next (the distance of optimal string alignment). */
function distance(one: string, other: string): number {
  const [letters, others] = [[...one], [...other]];
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: others.length + 1 }, (_, at) => at);
  for (const [i, letter] of letters.entries()) {
    const next = [i + 1];
    for (const [j, another] of others.entries()) {
      const replaced = row[j]! + (letter === another ? 0 : 1);
      const isSwapped = i > 0 && letter === others[j - 1] && letters[i - 1] === another;
      const swapped = isSwapped ? before[j - 1]! + 1 : replaced;
      next.push(Math.min(replaced, swapped, row[j + 1]! + 1, next[j]! + 1));
    }
    before = row;
    row = next;
  }
  return row[others.length]!;
}
