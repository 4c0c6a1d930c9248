/** Through which services a recorded call came. A record names the last alone; that one's own record, of the same request, names who called it. */
import { serviceBehind, type TrailRecord, type Use } from '../../import/cloudtrail/use.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { isLentRole } from './recorded-principal.ts';

interface Came {
  readonly principal: PolicyPrincipal;
  readonly registry: Registry;
  /** The call on a service of this host name, in the same request; none of calls that are counted together. */
  callOn(eventSource: string): TrailRecord | undefined;
}

const unknown = (name: string, why: string): Missing => ({ kind: 'condition key', name, why });

export function throughServices(use: Use, came: Came): ConditionValues {
  const service = serviceBehind(use);
  const why =
    service === undefined
      ? `"${use.invokedBy}" does not name the service`
      : `the call for which ${service} made it was not read`;
  const { calledVia: own, viaService } = namesOf(service, use.region, came.registry);
  const all = calledVia(service, use.region, came);
  return {
    'aws:CalledVia': all?.length === 0 ? undefined : (all ?? unknown('aws:CalledVia', why)),
    'aws:CalledViaFirst': all ? all[0] : unknown('aws:CalledViaFirst', why),
    'aws:CalledViaLast': own ?? (all ? all.at(-1) : unknown('aws:CalledViaLast', why)),
    'kms:ViaService': service === undefined ? unknown('kms:ViaService', why) : viaService,
  };
}

/** More than this come in no request; records that somebody made up may say otherwise. */
const MAX_SERVICES = 8;

/** Of a call that the service has made, those that AWS lists, the first called first; undefined where they are not known. */
function calledVia(last: string | undefined, region: string, came: Came): readonly string[] | undefined {
  const { principal, registry, callOn } = came;
  const via: string[] = [];
  let service = last;
  for (let count = 0; service !== undefined && count < MAX_SERVICES; count++) {
    const { calledVia: own } = namesOf(service, region, registry);
    if (own !== undefined) via.unshift(own);
    // A stack's calls are made after its request; and for a role that some service was lent, no other service calls before that one.
    if (registry.service(service)?.forwards?.outlivesRequest || isLentRole(principal, 'cloudformation'))
      return via;
    const asked = callOn(`${service}.amazonaws.com`);
    if (!asked) return undefined;
    const { invokedBy = '' } = asked.userIdentity ?? {};
    if (invokedBy === '') return via;
    service = serviceBehind({ invokedBy });
  }
  return undefined;
}

/** By which names policies know a service that calls for somebody; one that is not served has those of its host. */
export function namesOf(service: string | undefined, region: string, registry: Registry) {
  if (service === undefined) return {};
  const forwards = registry.service(service)?.forwards;
  return forwards
    ? { calledVia: forwards.calledVia, viaService: forwards.viaService?.(region) }
    : { calledVia: `${service}.amazonaws.com`, viaService: `${service}.${region}.amazonaws.com` };
}
