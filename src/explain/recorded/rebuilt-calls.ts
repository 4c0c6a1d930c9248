/**
 * Calls of a real account as they could be made again, from what CloudTrail has of their parameters: so that they are rehearsed
 * as calls that were made here. KMS records no parameters of what it denies: then the least call of that name stands for it.
 */
import { isIP } from 'node:net';
import { parseArn } from '../../aws/arn.ts';
import { serviceBehind, type TrailRecord } from '../../import/cloudtrail/use.ts';
import { hidesAny, inputOfMembers } from '../../invoke/audit/recorded-members.ts';
import type { Caller, VpcEndpointOrigin } from '../../invoke/caller.ts';
import type { Operation } from '../../invoke/operation.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { type CallingService, rehearsing } from '../../rehearsal/maker.ts';
import { underAnotherName } from '../../rehearsal/new-names.ts';
import { recordedInput } from '../../services/ec2/index.ts';
import { programOf } from './recorded-conditions.ts';
import { isLentRole } from './recorded-principal.ts';
import type { SessionStart } from './session-starts.ts';
import { namesOf } from './through-services.ts';

export interface RebuiltCall {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly input: object;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What a call of KMS needs beside its key. */
const LEAST: Readonly<Record<string, object>> = {
  CancelKeyDeletion: {},
  CreateGrant: { Operations: ['Decrypt'] },
  DescribeKey: {},
  DisableKey: {},
  EnableKey: {},
  Encrypt: { Plaintext: new Uint8Array(1) },
  GenerateDataKey: { KeySpec: 'AES_256' },
  GenerateDataKeyPair: { KeyPairSpec: 'RSA_2048' },
  GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: 'RSA_2048' },
  GenerateDataKeyWithoutPlaintext: { KeySpec: 'AES_256' },
  GetKeyPolicy: {},
  GetKeyRotationStatus: {},
  GetPublicKey: {},
  ListGrants: {},
  ScheduleKeyDeletion: {},
};

/** By whom, on what, and through which VPC endpoint, as far as it is known. */
interface Made {
  readonly principal: PolicyPrincipal;
  readonly about: string | undefined;
  readonly vpcEndpoint: VpcEndpointOrigin | undefined;
  readonly start: SessionStart | undefined;
}

/** Undefined for a call whose parameters are not recorded, or not understood. */
export function rebuiltCall(
  registry: Registry,
  event: TrailRecord,
  { principal, about, vpcEndpoint, start }: Made,
): RebuiltCall | undefined {
  const { eventSource = '', eventName = '', awsRegion = 'us-east-1' } = event;
  if (!('account' in principal)) return undefined;
  const service = callingService(registry, event, principal);
  if (service === 'not told') return undefined;
  const operation = registry.operation(eventSource.replace('.amazonaws.com', ''), eventName);
  const input = operation && inputOf(operation, event.requestParameters, about);
  if (!operation || !input) return undefined;
  const caller = rehearsing(principal, awsRegion, { ...comingOf(event, start), vpcEndpoint, service });
  return { caller, operation, input: event.errorCode ? input : asIfNew(eventName, input) };
}

/**
 * What a service asks within somebody's request is made again with that request. What it does in its own course, as CloudFormation
 * and as Auto Scaling's role do, is made again as the service makes it.
 */
function callingService(
  registry: Registry,
  { userIdentity: { invokedBy } = {}, eventSource, awsRegion = 'us-east-1' }: TrailRecord,
  principal: PolicyPrincipal,
): CallingService | undefined | 'not told' {
  if (!invokedBy) return undefined;
  const service = serviceBehind({ invokedBy });
  const isLent = isLentRole(principal, service);
  const isOfStacks = registry.service(service ?? '')?.forwards?.outlivesRequest;
  if (!isOfStacks && (!isLent || eventSource === 'kms.amazonaws.com')) return 'not told';
  const { calledVia, viaService } = namesOf(service, awsRegion, registry);
  return { invokedBy, viaService, calledVia: calledVia ? [calledVia] : [], isLentRole: isLent };
}

/** Names of which there is one each, of what a call has made before it failed. */
const MADE_NAMES: ReadonlyMap<string, { readonly member: string; readonly longest: number }> = new Map([
  ['CopyImage', { member: 'Name', longest: 128 }],
  ['CreateAutoScalingGroup', { member: 'AutoScalingGroupName', longest: 255 }],
]);

/** What it made is there already, and its token has been used. */
function asIfNew(eventName: string, { ClientToken: _, ...input }: Parameters): object {
  const made = MADE_NAMES.get(eventName);
  const name = made && input[made.member];
  return made && typeof name === 'string'
    ? { ...input, [made.member]: underAnotherName(name, made.longest) }
    : input;
}

function inputOf(
  { service, name, shape, definition }: Operation,
  recorded: Parameters | null | undefined,
  about: string | undefined,
): Parameters | undefined {
  if (service.id === 'kms') {
    const least = Object.hasOwn(LEAST, name) ? LEAST[name] : undefined;
    if (recorded)
      return { ...bytesOf(least), ...oneNamed(inputOfMembers(shape.input, recorded) as Parameters) };
    return least && about !== undefined ? { KeyId: about, ...grantee(name, about), ...least } : undefined;
  }
  // Without the key that it names it would be another call.
  if (!recorded || hidesAny(recorded, definition.audit?.keeps ?? [])) return undefined;
  return service.id === 'ec2'
    ? (recordedInput(shape, recorded) as Parameters)
    : (inputOfMembers(shape.input, recorded) as Parameters);
}

/** Of a new key's kind a record has both names, of which a request may say one: https://docs.aws.amazon.com/kms/latest/developerguide/ct-createkey.html */
function oneNamed({ CustomerMasterKeySpec, ...input }: Parameters): Parameters {
  return input.KeySpec === undefined && CustomerMasterKeySpec !== undefined
    ? { ...input, CustomerMasterKeySpec }
    : input;
}

/** Somebody who may be named by anybody: only services name services (aws-facts A4.3). */
const grantee = (operation: string, keyArn: string): object =>
  operation !== 'CreateGrant' ? {} : { GranteePrincipal: `arn:aws:iam::${parseArn(keyArn)?.account}:root` };

/** No record has bytes. */
const bytesOf = (least: object = {}): object =>
  Object.fromEntries(Object.entries(least).filter(([, value]) => value instanceof Uint8Array));

/** Long-term credentials have no session. */
function comingOf(event: TrailRecord, start?: SessionStart) {
  const { userIdentity, eventTime = '', sourceIPAddress = '' } = event;
  const { mfaAuthenticated } = userIdentity?.sessionContext?.attributes ?? {};
  const isSession = userIdentity?.type === 'AssumedRole' || mfaAuthenticated !== undefined;
  const session = {
    issuedAtMs: Date.parse(eventTime),
    mfaAuthenticated: mfaAuthenticated === 'true',
    tags: {},
    ...start,
  };
  return {
    userAgent: programOf(event),
    ...(isSession && { session }),
    ...(isIP(sourceIPAddress) !== 0 && { sourceIp: sourceIPAddress }),
  };
}
