/** Tags of a resource, by key. */
export type Tags = Readonly<Record<string, string>>;
