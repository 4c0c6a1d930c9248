/** Tags of a resource, by key. */
export type Tags = Readonly<Record<string, string>>;

/** The tags that are left; names that are not among them are passed over. */
export const withoutTags = (tags: Tags, names: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !names.includes(name)));
