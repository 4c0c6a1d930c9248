/** What nobody can know of a real account: which situations a snapshot says less of than the server that they were played on. */

/** What a record of CloudTrail, or a reader, cannot know: why, and what is said instead. It is never said to be allowed. */
export const UNKNOWABLE: Readonly<Record<string, readonly [why: string, says: RegExp]>> = {
  ...each(
    'the record of a call denied on a key of another account does not name the key',
    /may not kms:\w+\. What it was decided on is not recorded; AWS says: User: /,
    ...['rcp-keeps-a-partner-out', 'foreign-key-neither-side', 'foreign-key-own-side-missing'],
    ...['foreign-role-with-an-owners-grant', 'group-with-a-key-of-another-account'],
    'group-with-a-grant-of-the-wrong-account',
  ),
  ...each(
    'the policy keeps the reader out, too',
    /^Nothing is recorded about |cannot be said: it depends on (?:key policy|grants) of /,
    ...[
      'scp-region-deny-by-not-action',
      'scp-allow-list-without-kms',
      'scp-allow-list-on-the-root-and-the-unit',
    ],
    ...['root-of-the-account-left-out', 'user-asked-about-by-name'],
  ),
  ...each(
    'calls that were allowed are counted, and not kept',
    /kms:CreateKey on key .* and it was allowed/,
    ...['management-account-is-exempt', 'allowed-and-nothing-wrong'],
  ),
  ...each(
    'ciphertexts are not recorded',
    /^kms:Decrypt on key .* failed with InvalidCiphertextException/,
    'encryption-context-of-decrypt-missing',
  ),
  ...each(
    'the values that a Deny of EC2 asks for are not among the parameters, so that the Deny is not named',
    /may not ec2:/,
    ...['unencrypted-volumes-are-denied', 'unencrypted-launch-is-denied'],
  ),
  ...each(
    'log groups are not read, and calls of a service for itself are not decided',
    /What it was decided on is not recorded|^Nothing is recorded about keys/,
    ...['log-group-under-a-key-that-does-not-admit-logs', 'log-group-whose-key-admits-another-group'],
    'rule-whose-log-group-does-not-admit-it',
  ),
};

function each(why: string, says: RegExp, ...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, [why, says] as const]));
}
