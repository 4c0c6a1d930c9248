/** What nobody can know of a real account: which situations a snapshot says less of than the server that they were played on. */

/** What a record of CloudTrail, or a reader, cannot know: why, and what is said instead. It is never said to be allowed. */
export const UNKNOWABLE: Readonly<Record<string, readonly [why: string, says: RegExp]>> = {
  ...each(
    'the record of a call denied on a key of another account does not name the key',
    /may not kms:\w+\. What the decision was based on is not recorded; AWS says: User: /,
    ...['rcp-keeps-a-partner-out', 'foreign-key-neither-side', 'foreign-key-own-side-missing'],
    'foreign-role-with-an-owners-grant',
  ),
  ...each(
    'a record of a call that KMS denied has none of its parameters',
    /^user john may not kms:(?:Encrypt|CreateGrant|ReEncryptFrom|ReplicateKey)/,
    ...['request-alias-of-another-stage', 'grant-to-somebody-else', 'grant-of-more-operations'],
    ...['re-encryption-by-its-short-name', 'replica-in-another-region'],
  ),
  ...each(
    'of calls other than on keys, a snapshot keeps what failed, and a dry run did not',
    /^Nothing is recorded about /,
    'dry-run-that-says-nothing-of-the-key',
  ),
  ...each(
    'CloudTrail logs events that are put as data events, which no event history has',
    /^Nothing is recorded about /,
    ...['event-bus-of-another-account', 'log-group-without-its-streams'],
  ),
  ...each(
    'the key that was to be tagged came to nothing, and a snapshot has no name of it',
    /^user john may not kms:TagResource on key \*\.$/,
    'stack-of-a-key-with-tags',
  ),
  ...each(
    'a record of a call that Systems Manager denied has none of its parameters',
    /^role App may not ssm:PutParameter on parameter app\/secret\.$/,
    'secure-string-that-is-new',
  ),
  ...each(
    'ciphertexts are not recorded',
    /^kms:Decrypt on key .* failed with InvalidCiphertextException/,
    'encryption-context-of-decrypt-missing',
  ),
  ...each(
    'the record of StartSnapshot hides its key, so what its maker asks for later is not rehearsed',
    /^role Backup may not kms:GenerateDataKey on key /,
    'snapshot-begun-without-its-data-key',
  ),
};

function each(why: string, says: RegExp, ...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, [why, says] as const]));
}
