/** Names for the unique ids in policies and grants: of principals that exist, and of those that were deleted. */
import { parseArn } from '../../aws/arn.ts';
import type { Ports } from '../../invoke/port.ts';
import type { NamedPolicy, PolicyGrant } from '../../policy/decision.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type FormerPrincipal, formerPrincipal, uniqueIdOf } from './former-principals.ts';
import { lastSegment } from './names.ts';

export interface Names {
  /** `role app`, `session s of role app`, `role app, which was deleted (AROA…)`, or the text itself. */
  of(principal: string): string;
  /** The ARN behind a unique id; else the text itself. */
  arnOf(principal: string): string;
  former(principal: string): FormerPrincipal | undefined;
}

/** Who exists. */
export interface Directory {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'principals'>;
}

/** `written`: ARNs by unique id, as a key policy's source has them. */
export async function namesIn(
  { tx, ports }: Directory,
  policies: readonly NamedPolicy[],
  grants: readonly Pick<PolicyGrant, 'grantee'>[],
  written: Readonly<Record<string, string>> = {},
): Promise<Names> {
  const patterns = policies.flatMap(({ policy }) =>
    policy.statements.flatMap(({ principals }) => principals?.patterns ?? []),
  );
  const stored = [...patterns.map(({ value }) => value), ...grants.map(({ grantee }) => grantee)];
  const ids = new Set(stored.flatMap((value) => uniqueIdOf(value) ?? []));
  const living = new Map<string, string>();
  const gone = new Map<string, FormerPrincipal>();
  for (const id of ids) {
    const arn = await ports.principals.arn(tx, id);
    if (arn) living.set(id, arn);
    else gone.set(id, await formerPrincipal(tx, id, written[id]));
  }
  const arnOf = (text: string): string => {
    const id = uniqueIdOf(text);
    return (id && (living.get(id) ?? gone.get(id)?.arn)) || text;
  };
  return {
    arnOf,
    former: (text) => gone.get(uniqueIdOf(text) ?? ''),
    of(text) {
      const id = uniqueIdOf(text);
      if (!id) return text;
      const arn = arnOf(text);
      const session = text.split(':')[1];
      const name = arn === text ? id : shortName(arn);
      const whole = session === undefined ? name : `session ${session} of ${name}`;
      return gone.has(id) ? `${whole}${arn === text ? '' : ` (${id})`}, which was deleted` : whole;
    },
  };
}

/** `role app`, `user john`; other ARNs as they are. */
export function shortName(arn: string): string {
  const noun = parseArn(arn)?.resource.split('/')[0];
  return noun === 'role' || noun === 'user' ? `${noun} ${lastSegment(arn)}` : arn;
}
