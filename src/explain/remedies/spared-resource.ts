/**
 * A deny that spares a resource: where it denies all but those that it lists, and where it is the caller's own, whom to spare would
 * be to take it away.
 */
import type { AccessRequest } from '../../policy/decision.ts';
import type { PolicyTrace } from '../../policy/trace.ts';
import type { Statement } from './near-miss.ts';

interface Spared {
  /** `spares arn:…` */
  readonly why: string;
  readonly statement: object;
}

export function sparedResource(
  { resource, principal }: AccessRequest,
  { policyName, policyType }: PolicyTrace,
  written: Statement,
): Spared[] {
  if (!resource.startsWith('arn:')) return [];
  const { NotResource, Resource, ...others } = written;
  const listed = [NotResource ?? []].flat();
  const isOfAll = [Resource ?? []].flat().includes('*');
  if (listed.length === 0 && !(isOfAll && isOwn(policyName, principal))) return [];
  // In the policy of one resource nothing would be left to deny.
  if (policyType === 'resource-based policy') return [];
  const all = [...listed, resource];
  return [
    {
      why: `spares ${resource}`,
      statement: { ...others, NotResource: all.length === 1 ? resource : all },
    },
  ];
}

/** `user john, inline policy own`: nobody else has it. */
export function isOwn(policyName: string, principal: AccessRequest['principal']): boolean {
  const arn = principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';
  const [, noun, name] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return noun !== undefined && policyName.startsWith(`${noun} ${name}, inline policy `);
}
