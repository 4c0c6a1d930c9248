/**
 * The sessions of roles that services work in. One serves many calls until it is about to expire, as on AWS, where a
 * trust policy is asked when a session begins and not at each call.
 */
import { MINUTE_MS } from '../../platform/durations.ts';
import type { Identity } from '../caller.ts';
import type { Call, RoleToAssume } from '../context.ts';
import type { Runtime } from '../runtime.ts';
import { type OpenedSession, openSession } from './session-token.ts';

const opened = new WeakMap<Runtime, Map<string, OpenedSession>>();

/** A session that would end during the work is not used any more. */
const MARGIN_MS = 5 * MINUTE_MS;

/** `assume` is the service's own call, so the role's trust policy decides at the front door. */
export async function roleSession(
  runtime: Runtime,
  assume: Call,
  { roleArn, sessionName, service }: RoleToAssume,
): Promise<Identity> {
  const sessions = opened.get(runtime) ?? new Map<string, OpenedSession>();
  opened.set(runtime, sessions);
  const name = `${service} ${sessionName} ${roleArn}`;
  const known = sessions.get(name);
  if (known && (await isOfPresentRole(runtime, known, roleArn)) && isGoodFor(runtime, known))
    return known.identity;
  const answer = await assume('sts', 'AssumeRole', { RoleArn: roleArn, RoleSessionName: sessionName });
  const session = openSession(runtime.ports.sealer, answer.Credentials?.SessionToken ?? '');
  if (!session) throw new Error(`sts:AssumeRole gave no session of ${roleArn}`);
  sessions.set(name, session);
  return session.identity;
}

const isGoodFor = ({ clock }: Runtime, { expiresAtMs }: OpenedSession) =>
  clock.nowMs() < expiresAtMs - MARGIN_MS;

/** A namesake that was made later is another role. */
async function isOfPresentRole(
  runtime: Runtime,
  { identity }: OpenedSession,
  roleArn: string,
): Promise<boolean> {
  const role = await runtime.store.read((tx) => runtime.ports.principals.role(tx, roleArn));
  return identity.principal.kind === 'role-session' && identity.principal.roleId === role?.id;
}
