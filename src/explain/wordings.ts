/** Messages in which services speak of a key without saying who was refused what on which: what each of them means, and what to ask. */

interface Wording {
  readonly pattern: RegExp;
  /** Which was refused by KMS: the last such refusal that is recorded may be meant. */
  readonly service?: string;
  /** In a sentence; what the pattern found first to say it with. */
  says(found: string): string;
}

const asking = (action: string) =>
  `ask of whoever called, and of each key that it may be: latchkey can PRINCIPAL ${action} KEY`;

const WORDINGS: readonly Wording[] = [
  {
    pattern: /failure message:\s*[\w-]{120}/i,
    says: () =>
      'Only its own account can open the encoded message: aws sts decode-authorization-message --encoded-message …; explain takes what that prints',
  },
  {
    pattern: /Client error on launch|KMS key provided is in an incorrect state|inaccessible AWS KMS key/i,
    service: 'ec2',
    says: () =>
      'EC2 could not use the key of a volume for whoever launched the instance: explain the instance (i-…), or the group that launched it',
  },
  {
    pattern: /ciphertext refers to a customer master key that does not exist/i,
    says: () =>
      `KMS would not decrypt: a policy is in the way, or the key is gone or of another Region. Neither who nor which key it says; ${asking('kms:Decrypt')}`,
  },
  {
    pattern: /Access to KMS is not allowed/i,
    service: 'secretsmanager',
    says: () =>
      `Secrets Manager was refused the secret's key, for whoever called: reading takes kms:Decrypt, writing kms:GenerateDataKey too. Neither who nor which key it says; ${asking('kms:Decrypt')}`,
  },
  {
    pattern:
      /KMS key does not exist or is not allowed to be used with[^']{0,100}'arn:aws[\w-]*:logs:([a-z0-9-]+):/i,
    service: 'logs',
    says: (region) =>
      `The key's policy has to let the service logs.${region}.amazonaws.com use it. What it lacks: latchkey can logs.${region}.amazonaws.com kms:Encrypt KEY`,
  },
  {
    pattern:
      /KMS key (?:\S{1,200} )?does not exist, is not enabled or you do not have permissions to access it/i,
    service: 'rds',
    says: () =>
      `Whoever called needs kms:DescribeKey and kms:CreateGrant on a key that is enabled; ${asking('kms:CreateGrant')}`,
  },
  {
    pattern: /(?:not authorized to perform|don't have the) (kms:\w+)/i,
    says: (action) => `Neither who nor which key it says; ${asking(action)}`,
  },
];

const OTHERWISE =
  'Give what failed (an instance, a volume, a group, a stack, a key), or the sentence with "User: … is not authorized to perform: …"';

export interface Meaning {
  readonly service?: string;
  readonly sentence: string;
}

/** What can be said of a message of whose call nothing is known. */
export function meaningOf(message: string): Meaning {
  const line = message.replace(/\s+/g, ' ');
  for (const { pattern, service, says } of WORDINGS) {
    const found = pattern.exec(line);
    if (found) return { service, sentence: `${says(found[1] ?? '')}.` };
  }
  return { sentence: `${OTHERWISE}.` };
}
