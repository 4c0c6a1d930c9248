/** The validated normal form of a policy document: what parse.ts makes and both evaluators read. */
export type Effect = 'Allow' | 'Deny';

export interface PrincipalPattern {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';
  /** ARN, 12-digit account id, unique id (`AIDA…`), service name, or `*`. */
  readonly value: string;
}

export interface Condition {
  /** Operator without qualifiers, e.g. `StringEquals`. */
  readonly operator: string;
  readonly set?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
  /** Condition key as written (matched case-insensitively). */
  readonly key: string;
  readonly values: readonly string[];
}

export interface Statement {
  readonly index: number;
  readonly sid?: string;
  /** 1-based line of the statement's opening brace in `Policy.source`. */
  readonly line: number;
  readonly effect: Effect;
  readonly principals?: { readonly not: boolean; readonly patterns: readonly PrincipalPattern[] };
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  /**
   * Absent in trust policies, where the role itself is meant. A key policy's statement without Resource has no
   * effect (aws-facts A1.7): its list is empty and matches nothing.
   */
  readonly resources?: { readonly not: boolean; readonly patterns: readonly string[] };
  readonly conditions: readonly Condition[];
}

/** Something that a decision depends on and that is not known, and why. */
export interface Missing {
  readonly kind: 'condition key' | 'policy' | 'grants';
  /** `aws:SourceIp`; `key policy of …` */
  readonly name: string;
  readonly why: string;
}

export interface Policy {
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
  /** The document as it was stored. */
  readonly source: string;
  /** Set where only this is known of the policy, that there may be one (unknown.ts); it has no statements then. */
  readonly missing?: Missing;
}
