/** Members as CloudTrail and many messages write them: with a small first letter (`keyId` of `KeyId`). */
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** The same members, so named; those without a value are left out. */
export const withLowerFirst = (members: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [lowerFirst(name), value]),
  );
