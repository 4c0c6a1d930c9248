/** CloudTrail's form of a change of who may use a snapshot or an image, whichever way the API's request wrote it. */
export function auditedPermissions(
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
  grantee: (name: string) => object = accountOrAll,
): object {
  return {
    ...(add.length > 0 && { add: { items: add.map(grantee) } }),
    ...(remove.length > 0 && { remove: { items: remove.map(grantee) } }),
  };
}

const accountOrAll = (name: string) => (name === 'all' ? { group: 'all' } : { userId: name });
