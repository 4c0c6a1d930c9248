/**
 * CloudTrail's form of a change of who may use a snapshot or an image, whichever way the API's request wrote it: accounts,
 * and `all` for everybody.
 */
export function auditedPermissions({
  add,
  remove,
}: {
  add: readonly string[];
  remove: readonly string[];
}): object {
  return {
    ...(add.length > 0 && { add: { items: add.map(grantee) } }),
    ...(remove.length > 0 && { remove: { items: remove.map(grantee) } }),
  };
}

const grantee = (name: string) => (name === 'all' ? { group: 'all' } : { userId: name });
