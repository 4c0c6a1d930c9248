/**
 * How sessions began. A call of a session has none of its tags and policies in its record; the record of the call that began
 * the session has them, and names the session's access key. https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
import { asText } from '../../aws/as-text.ts';
import { begunSession } from '../../import/cloudtrail/kept-events.ts';
import type { KeptEvent, TrailRecord, Use } from '../../import/cloudtrail/use.ts';
import type { Session } from '../../invoke/caller.ts';
import type { PolicyInputs } from '../../policy/decision.ts';
import { storedPolicy } from '../../policy/stored.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { isBeyondPolicies } from '../history/recorded-outcome.ts';

export type SessionStart = Pick<Session, 'policies' | 'policyArns' | 'tags' | 'sourceIdentity'> & {
  readonly transitiveTagKeys: readonly string[];
};

/** Sessions that began in one another. */
const MAX_CHAINED = 10;

export class SessionStarts {
  readonly #events = new Map<string, KeptEvent>();

  constructor(events: Iterable<KeptEvent>) {
    for (const event of events) {
      const accessKeyId = begunSession(event);
      if (accessKeyId !== undefined) this.#events.set(accessKeyId, event);
    }
  }

  /** Undefined where the call was made in no session, or its beginning is not recorded. */
  of(call: TrailRecord, chained = 0): SessionStart | undefined {
    const begun = this.#events.get(call.userIdentity?.accessKeyId ?? '');
    if (!begun || chained === MAX_CHAINED) return undefined;
    const inherited = this.#inherited(begun, chained);
    return inherited && sessionStart(begun.requestParameters ?? {}, inherited);
  }

  /** Tags that go over from the session in which it began; undefined where that session's are not known. */
  #inherited(begun: KeptEvent, chained: number): Readonly<Record<string, string>> | undefined {
    const { incomingTransitiveTags } = begun.requestParameters ?? {};
    if (incomingTransitiveTags) return texts(incomingTransitiveTags);
    if (begun.userIdentity?.type !== 'AssumedRole') return {};
    const from = this.of(begun, chained + 1);
    const keys = new Set(from?.transitiveTagKeys);
    return from && Object.fromEntries(Object.entries(from.tags).filter(([name]) => keys.has(name)));
  }
}

function sessionStart(
  {
    policy,
    policyArns,
    tags,
    principalTags,
    transitiveTagKeys,
    sourceIdentity,
  }: Readonly<Record<string, unknown>>,
  inherited: Readonly<Record<string, string>>,
): SessionStart {
  const arns = listed(policyArns).flatMap((each) => textOf(Object(each).arn) ?? []);
  const policies = typeof policy === 'string' ? [storedPolicy(policy, 'session', 'session policy')] : [];
  const own = listed(tags).map((each) => [asText(Object(each).key), asText(Object(each).value)] as const);
  return {
    ...((policies.length > 0 || arns.length > 0) && { policies }),
    ...(arns.length > 0 && { policyArns: arns }),
    tags: { ...Object.fromEntries(own), ...texts(principalTags), ...inherited },
    transitiveTagKeys: [...Object.keys(inherited), ...listed(transitiveTagKeys).map(asText)],
    ...(typeof sourceIdentity === 'string' && { sourceIdentity }),
  };
}

/** A session's policies narrow its calls, and their records do not have them: AWS names them where they refuse one. */
export function unrecordedPolicies({ identity, reason, arn }: Use): PolicyInputs['session'] {
  if (!isBeyondPolicies({ reason }) && identity !== 'FederatedUser') return undefined;
  const why = 'only the call that began the session has them, and it is not among the records';
  return [unknownPolicy(`session policy of a call of ${arn}`, why)];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(Object(value)).map(([name, text]) => [name, asText(text)]));
