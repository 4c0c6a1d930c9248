/**
 * What a situation is: a world, a call that does not do what it is for, and what an expert would say of it.
 *
 * Everything that is made has a name, unique within its situation. Anywhere in a situation `<name>` stands for what it was
 * made as: the ARN of a key, a user, a role or a policy; the id of an account or of anything of EC2's. `<home>` is the account
 * in which things are made unless they say `in`.
 */

export type Statement = Readonly<Record<string, unknown>>;

interface Placed {
  /** The account, where it is not `home`. */
  readonly in?: string;
}

interface Regional extends Placed {
  /** Where it is not us-east-1. */
  readonly region?: string;
}

/** Actions on any resource, and whole statements: one inline policy called `policy`. */
interface Permitted {
  readonly allow?: readonly string[];
  readonly policy?: readonly Statement[];
  /** Statements of its permissions boundary, a managed policy called `boundary-of-<name>`. */
  readonly boundary?: readonly Statement[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly path?: string;
}

export interface NewKey extends Regional {
  readonly key: string;
  /** The whole key policy; without it, the default one. */
  readonly policy?: readonly Statement[];
  readonly alias?: string;
  readonly spec?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What is made, in this order. Its first member says what it is, and names it. */
export type Thing =
  | { readonly account: string }
  /** Accounts join the organization of an account of its own, `management`, in an organizational unit. */
  | { readonly unit: string; readonly accounts: readonly string[] }
  | {
      readonly guardrail: string;
      readonly on: string;
      readonly type: 'service control policy' | 'resource control policy';
      readonly policy: readonly Statement[];
      /** In place of FullAWSAccess or RCPFullAWSAccess. */
      readonly isAllowList?: true;
    }
  | ({ readonly user: string } & Permitted & Placed)
  | ({
      readonly role: string;
      /** Who may assume it: everybody of its account who is allowed to, unless said. */
      readonly trust?: readonly Statement[];
      /** It has an instance profile of its own name. */
      readonly profile?: true;
    } & Permitted &
      Placed)
  | NewKey
  | ({ readonly volume: string; readonly key?: string } & Regional)
  | ({ readonly snapshot: string; readonly key?: string; readonly sharedWith?: string } & Regional)
  | ({ readonly image: string; readonly keys: readonly string[]; readonly sharedWith?: string } & Regional)
  /** Blank volumes of these keys beside its root volume. */
  | ({ readonly instance: string; readonly keys: readonly string[]; readonly isStopped?: true } & Regional)
  | ({ readonly template: string; readonly keys?: readonly string[]; readonly image?: string } & Placed)
  | ({ readonly ciphertext: string; readonly key: string; readonly context?: object } & Placed)
  /** Key material is imported, always the same for a key. */
  | ({ readonly material: string; readonly expiresInDays?: number } & Regional)
  /** Time goes by. */
  | { readonly later: { readonly days: number } }
  | Call;

export interface Call extends Regional {
  /** A user, a role, or `root` of the account. */
  readonly as: string;
  /** The name of a role session, and what narrows it. */
  readonly session?: string;
  readonly sessionPolicy?: readonly Statement[];
  readonly sessionTags?: Readonly<Record<string, string>>;
  readonly sourceIdentity?: string;
  /** A user's session from sts:GetSessionToken with MFA; a role's that was begun with it. */
  readonly withMfa?: true;
  /** The VPC endpoint that it comes through, and the address in its VPC: `<door>/10.0.0.5`. */
  readonly through?: string;
  /** `kms:Encrypt` */
  readonly call: string;
  readonly with?: object;
  /** How root sees that what it was for has come about, where that is not known of the operation. */
  readonly seenBy?: { readonly call: string; readonly with: object; readonly shows: RegExp };
  /** What it makes is called so. */
  readonly name?: string;
}

/** A question about a call that nobody made: `latchkey can`. */
export interface Can {
  readonly principal: string;
  readonly action: string;
  readonly resource?: string;
  readonly through?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export interface ExpectedFix {
  readonly kind: 'state' | 'request' | 'fact' | 'statement' | 'new-statement' | 'grant' | 'narrowed-deny';
  /** What is changed. */
  readonly target?: string;
  readonly account?: string;
  /** The whole statement, the statements of a policy, or the grant, as it is to be: neither narrower nor broader. */
  readonly document?: object | readonly Statement[];
  /** The calls that make it, where it is no document: `kms:EnableKey`. */
  readonly calls?: readonly string[];
  readonly says?: RegExp;
}

export interface Expectation {
  readonly verdict: 'denied' | 'failed' | 'allowed' | 'depends' | 'unknown';
  /** Who was refused, what, on what. */
  readonly who?: string;
  readonly action?: string;
  readonly resource?: string;
  /** The kind of policy that denies, or in which a statement is missing. */
  readonly policyType?: string;
  /** The statement that denies: its Sid. */
  readonly denies?: string;
  /** The statement that was meant for the call, and does not match: its Sid. */
  readonly nearMiss?: string;
  /** What the explanation must say. */
  readonly says?: RegExp | readonly RegExp[];
  readonly neverSays?: RegExp;
  /** Everything to be changed, in any order. Empty: there is nothing to change. */
  readonly fixes?: readonly ExpectedFix[];
  /** What else may be called, and by whom, once it is done. */
  readonly gains?: readonly string[];
}

export interface Situation {
  readonly name: string;
  /** The page or thread that it is taken from; `own` for one that was made up. */
  readonly source: string;
  /** What happened, in a sentence. */
  readonly story: string;
  readonly world: readonly Thing[];
  /** The call that does not do what it is for; or the question whether somebody may. */
  readonly call?: Call;
  readonly can?: Can;
  /** What happens between the call and the question. */
  readonly afterwards?: readonly Thing[];
  /** What is asked about: what was made, the request that was refused, or the error's text. */
  readonly ask?: 'what was made' | 'the request' | 'the message' | { readonly subject: string };
  /** Simulated work takes its time, and this much of it has gone by. */
  readonly waitedSeconds?: number;
  readonly expect: Expectation;
  /** What is done by hand where the fix can only be told. */
  readonly byHand?: readonly Thing[];
  /** The call as it is made once all is done, where the call itself is to be changed. */
  readonly again?: Call;
  /** Calls that must be refused still. */
  readonly stillRefused?: readonly Call[];
  /** Why the answer is known to be wrong. It stays in the table, and in the count. */
  readonly knownWrong?: string;
}
