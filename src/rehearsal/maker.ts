/** Who makes a change in a rehearsal: somebody of the account who may, found by trying. */
import { AwsError } from '../aws/aws-error.ts';
import { isDenialCode } from '../aws/denial-code.ts';
import type { Scope } from '../aws/scope.ts';
import {
  type Caller,
  type ForwardedCaller,
  mintExternalCaller,
  mintForwardedCaller,
  mintServiceRoleCaller,
  type Session,
  type VpcEndpointOrigin,
} from '../invoke/caller.ts';
import type { PolicyPrincipal } from '../policy/decision.ts';
import { rootUser } from '../policy/root-user.ts';
import { everyone } from '../services/iam/index.ts';
import type { Rehearsal } from './rehearsal.ts';

/** A call by its name, for somebody of the scope's account to make. */
export interface ApiCall extends Scope {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
}

export interface Made {
  readonly output: object;
  /** ARN of who made it. */
  readonly by: string;
}

/** So many of an account are tried, its root user first. */
const MAX_TRIED = 25;

const ORIGIN = { sourceIp: '127.0.0.1', userAgent: 'rehearsal', secureTransport: true };

/** A caller who has signed in with MFA, as one who administers should. It exists in rehearsals only. */
export function signedIn(
  principal: PolicyPrincipal & { readonly account: string },
  region: string,
  nowMs: number,
): Caller {
  return rehearsing(principal, region, { session: { issuedAtMs: nowMs, mfaAuthenticated: true, tags: {} } });
}

/** How somebody came whom a record tells of. */
export interface Coming {
  readonly session?: Session;
  readonly sourceIp?: string;
  readonly userAgent?: string | undefined;
  readonly vpcEndpoint?: VpcEndpointOrigin;
  readonly service?: CallingService;
}

/** A service that calls with somebody's rights, or as a role that it was lent. */
export type CallingService = Pick<ForwardedCaller, 'invokedBy' | 'viaService' | 'calledVia'> & {
  readonly isLentRole: boolean;
};

/** A caller as he was recorded. He exists in rehearsals only. */
export function rehearsing(
  principal: PolicyPrincipal & { readonly account: string },
  region: string,
  { session, sourceIp = ORIGIN.sourceIp, userAgent = ORIGIN.userAgent, vpcEndpoint, service }: Coming,
): Caller {
  const { account } = principal;
  const identity = { principal, account, accessKeyId: 'ASIAREHEARSAL', session };
  if (service) {
    const { isLentRole, ...via } = service;
    return isLentRole
      ? mintServiceRoleCaller(identity, region, via.invokedBy)
      : mintForwardedCaller(identity, { ...via, region, requestId: 'rehearsal' });
  }
  return mintExternalCaller(identity, region, { ...ORIGIN, sourceIp, userAgent, vpcEndpoint });
}

/** Makes the call in the rehearsal, where it stays. Throws the AwsError of whoever got furthest. */
export async function makeCall(
  rehearsal: Rehearsal,
  { service, operation: name, input, account, region }: ApiCall,
): Promise<Made> {
  const { registry, clock, store } = rehearsal.runtime;
  const operation = registry.operation(service, name);
  if (!operation) throw new Error(`${service}:${name} is not served`);
  const root = rootUser(account);
  let makers: readonly PolicyPrincipal[] = [root];
  let refusal: AwsError | undefined;
  for (let tried = 0; tried < Math.min(makers.length, MAX_TRIED); tried++) {
    const principal = makers[tried] as PolicyPrincipal & { account: string };
    try {
      const caller = signedIn(principal, region, clock.nowMs());
      const output = await rehearsal.perform({ caller, operation, input });
      return {
        output,
        by: principal.kind === 'role-session' ? principal.roleArn : (principal as { arn: string }).arn,
      };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (!isDenialCode(error.code)) throw error;
      refusal = error;
    }
    if (tried === 0) makers = [root, ...(await store.read((tx) => administrators(tx, account)))];
  }
  throw refusal as AwsError;
}

async function administrators(
  tx: Parameters<typeof everyone>[0],
  account: string,
): Promise<PolicyPrincipal[]> {
  return (await everyone(tx)).filter(
    (principal) =>
      'account' in principal &&
      principal.account === account &&
      (principal.kind === 'user' || (principal.kind === 'role-session' && !principal.serviceLinked)),
  );
}
