/** For sorting: by UTF-16 units, as `<` compares, whatever the language of the machine. */
export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
