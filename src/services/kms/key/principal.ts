/**
 * Principals as KMS keeps them: users and roles by unique id, so that a namesake made after a deletion is somebody
 * else (aws-facts A4.12, G1.6); accounts, federated users and services by name.
 */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import { areIdentitiesKnown } from '../../../invoke/imported/imported-world.ts';
import type { Ports } from '../../../invoke/port.ts';
import { rootArn } from '../../../policy/root-user.ts';
import type { ReadTransaction } from '../../../store/store.ts';

export interface Directory {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'principals'>;
}

const ACCOUNT = /^\d{12}$/;
const UNIQUE_ID = /^(?:AIDA|AROA)[A-Z0-9]+$/;
const SERVICE = /^[a-z0-9.-]+\.amazonaws\.com$/;
const INFRASTRUCTURE_ROLE = 'aws:ec2-infrastructure';

export const isServicePrincipal = (text: string) => SERVICE.test(text);

export const isInfrastructureSession = (text: string) =>
  parseArn(text)?.resource.startsWith(`assumed-role/${INFRASTRUCTURE_ROLE}/`) === true;

/** Whether the text has a form that a principal may have; one that names nobody may still have it. */
export function isPrincipalName(text: string): boolean {
  if (ACCOUNT.test(text) || UNIQUE_ID.test(text.split(':', 1)[0] as string)) return true;
  const arn = parseArn(text);
  if (arn?.region !== '' || !ACCOUNT.test(arn.account)) return false;
  const [noun, ...names] = arn.resource.split('/');
  const isNamed = names.length > 0 && names.every((name) => name !== '');
  if (arn.service === 'iam')
    return arn.resource === 'root' || (isNamed && (noun === 'user' || noun === 'role'));
  if (arn.service !== 'sts' || !isNamed) return false;
  // Session ARNs have no path: `assumed-role/path/Name/session` is invalid (aws-facts A4.12).
  return (noun === 'assumed-role' && names.length === 2) || (noun === 'federated-user' && names.length === 1);
}

/** The stored form of a principal that a request names, or undefined where nobody bears the name. */
export async function storedPrincipal(directory: Directory, text: string): Promise<string | undefined> {
  return (await knownPrincipal(directory, text)) ?? (await ofUnreadAccount(directory, text));
}

/** Beside a real account there are others that nobody has read: whom they have stands as written. */
async function ofUnreadAccount({ tx }: Directory, text: string): Promise<string | undefined> {
  const named = ACCOUNT.test(text) ? rootArn(text) : text;
  const account = parseArn(named)?.account;
  return account && !(await areIdentitiesKnown(tx, account)) ? named : undefined;
}

async function knownPrincipal(directory: Directory, text: string): Promise<string | undefined> {
  const { tx, ports } = directory;
  if (isServicePrincipal(text) || isInfrastructureSession(text)) return text;
  if (ACCOUNT.test(text)) return knownPrincipal(directory, rootArn(text));
  const [id, ...session] = text.split(':');
  if (UNIQUE_ID.test(id as string)) {
    const isSession = session.length > 0 && (id as string).startsWith('AROA');
    if (session.length > 0 && !isSession) return undefined;
    return (await ports.principals.arn(tx, id as string)) === undefined ? undefined : text;
  }
  const arn = parseArn(text);
  if (!arn) return undefined;
  if (arn.resource === 'root') {
    return (await ports.principals.accountExists(tx, arn.account)) ? text : undefined;
  }
  const [noun, , sessionName] = arn.resource.split('/');
  // Federated users and sessions need not have been issued yet (aws-facts A4.12).
  if (noun === 'federated-user') {
    return (await ports.principals.accountExists(tx, arn.account)) ? text : undefined;
  }
  const uniqueId = await ports.principals.uniqueId(tx, text);
  return uniqueId && noun === 'assumed-role' ? `${uniqueId}:${sessionName}` : uniqueId;
}

/** A stored principal as KMS shows it: its ARN, or the bare unique id once it is deleted. */
export async function shownPrincipal({ tx, ports }: Directory, stored: string): Promise<string> {
  const [id, sessionName] = stored.split(':') as [string, string | undefined];
  if (!UNIQUE_ID.test(id)) return stored;
  const arn = await ports.principals.arn(tx, id);
  if (arn === undefined || sessionName === undefined) return arn ?? stored;
  const { account, resource } = parseArn(arn) as NonNullable<ReturnType<typeof parseArn>>;
  const roleName = resource.slice(resource.lastIndexOf('/') + 1);
  return formatArn({
    service: 'sts',
    region: '',
    account,
    resource: `assumed-role/${roleName}/${sessionName}`,
  });
}
