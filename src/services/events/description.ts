/** An update that names no description leaves it alone; an empty one takes it away (aws-facts J13). */
export const updatedDescription = (
  asked: string | undefined,
  present: string | undefined,
): string | undefined => (asked === undefined ? present : asked || undefined);
