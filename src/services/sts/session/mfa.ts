/** The one-time code of an MFA device that comes with a request for temporary credentials. */
import { accountOf, principalOf } from '../../../invoke/caller.ts';
import type { ExecuteContext, RequestContext, ResolveContext } from '../../../invoke/context.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { accessDenied } from '../sts.ts';

export interface MfaClaim {
  readonly SerialNumber?: string;
  readonly TokenCode?: string;
}

/** Whether the request brings a good code; throws STS's error for a bad one. */
export async function hasMfa(context: ResolveContext, claim: MfaClaim): Promise<boolean> {
  return (await goodStep(context, claim)) !== undefined;
}

/** As `hasMfa`, and the code is good no more. */
export async function spendMfa(context: ExecuteContext, claim: MfaClaim): Promise<boolean> {
  const step = await goodStep(context, claim);
  if (step === undefined) return false;
  const serialNumber = claim.SerialNumber as string;
  await context.ports.mfa.spend(context.tx, { account: accountOf(context.caller), serialNumber, step });
  return true;
}

/** What a call that brings a good code is judged by. */
export const mfaKeys = (present: boolean): ConditionValues =>
  present ? { 'aws:MultiFactorAuthPresent': true, 'aws:MultiFactorAuthAge': 0 } : {};

async function goodStep(
  { tx, caller, ports, nowMs }: RequestContext & Pick<ResolveContext, 'tx'>,
  { SerialNumber: serialNumber, TokenCode: code }: MfaClaim,
): Promise<number | undefined> {
  if (serialNumber === undefined && code === undefined) return undefined;
  const principal = principalOf(caller);
  const step =
    principal.kind === 'user' && serialNumber !== undefined && code !== undefined
      ? await ports.mfa.step(
          tx,
          { sealer: ports.sealer, nowMs },
          { account: principal.account, userId: principal.id, serialNumber, code },
        )
      : 'unknown';
  if (step === 'wrong')
    throw accessDenied('MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  if (step === 'unknown') {
    throw accessDenied(
      'MultiFactorAuthentication failed, unable to validate MFA code.  ' +
        'Please verify your MFA serial number is valid and associated with this user.',
    );
  }
  return step;
}
