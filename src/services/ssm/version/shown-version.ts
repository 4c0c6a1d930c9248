/** Parameters and their versions as the API shows them. */
import type { CallContext } from '../../../invoke/context.ts';
import type { Parameter, ParameterHistory, ParameterMetadata } from '../../../shapes/generated/ssm.ts';
import { decryptValue } from '../encryption/secure-value.ts';
import { invalid } from '../errors.ts';
import { arnOf } from '../parameter/parameter.ts';
import type { ParameterRecord } from '../parameter/parameter-record.ts';
import { isPublic } from '../parameter/public-parameters.ts';
import type { ParameterPolicy } from '../policy/parameter-policy.ts';
import type { VersionRecord } from './version.ts';

/** The value as the request wants it: a SecureString that is not to be decrypted is its ciphertext. */
export async function valueFor(
  ctx: CallContext,
  parameter: ParameterRecord,
  { value, secure }: VersionRecord,
  decrypted: boolean,
): Promise<string> {
  if (secure) return decrypted ? decryptValue(ctx, arnOf(parameter), secure) : secure.ciphertext;
  if (value === undefined) throw notRead(parameter);
  return value;
}

const notRead = ({ name }: ParameterRecord) =>
  invalid(
    `The value of parameter ${name} was not read from the real account, since it may be a secret. Give it one here: aws ssm put-parameter --overwrite --name ${name} --value …`,
  );

export function shownParameter(
  parameter: ParameterRecord,
  { version, atMs }: VersionRecord,
  Value: string,
  asked: { readonly name?: string; readonly selector?: string } = {},
): Parameter {
  const { type, dataType } = parameter;
  const { name: Name = parameter.name, selector: Selector } = asked;
  return {
    Name,
    Type: type,
    Value,
    Version: version,
    ...(Selector !== undefined && { Selector }),
    LastModifiedDate: atMs,
    ARN: arnOf(parameter),
    DataType: isPublic(parameter) ? 'text' : dataType,
  };
}

export function shownMetadata(parameter: ParameterRecord, latest: VersionRecord): ParameterMetadata {
  const policies = (latest.policies ?? []).map((each) => ({
    ...shownPolicy(each),
    PolicyStatus: each.isFinished ? 'Finished' : 'Pending',
  }));
  const details = { ...shownDetails(parameter, latest), Policies: policies };
  return { ...details, ARN: arnOf(parameter), Tier: parameter.tier };
}

export function shownHistory(
  parameter: ParameterRecord,
  version: VersionRecord,
  Value: string,
): ParameterHistory {
  return { ...shownDetails(parameter, version), Value, Labels: [...version.labels], Tier: version.tier };
}

const shownPolicy = ({ type, text }: ParameterPolicy) => ({ PolicyText: text, PolicyType: type });

const shownDetails = (parameter: ParameterRecord, version: VersionRecord) => ({
  Name: parameter.name,
  Type: parameter.type,
  ...(version.keyId !== undefined && { KeyId: version.keyId }),
  LastModifiedDate: version.atMs,
  LastModifiedUser: version.by,
  ...(version.description !== undefined && { Description: version.description }),
  ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
  Version: version.version,
  Policies: (version.policies ?? []).map(shownPolicy),
  DataType: parameter.dataType,
});
