/** What burstable instances start with where neither the launch nor its template says (aws-facts F44, F59). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { CreditSpecificationRequest } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readRegionSettings } from '../account-setting/region-settings.ts';
import type { InstanceType } from '../instance/instance-type.ts';

export const CREDITS = ['standard', 'unlimited'] as const;
export type CpuCredits = (typeof CREDITS)[number];

/** Throws for what is neither: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html (InvalidCpuCredits). */
export function requireCreditOption(asked: string | undefined): CpuCredits {
  const option = CREDITS.find((each) => each === asked);
  if (option) return option;
  throw new AwsError(
    'InvalidCpuCredits',
    `The specified CpuCredits value '${asked}' is invalid. Valid values are ${CREDITS.join(' and ')}.`,
  );
}

/** Throws where a launch asks for credits, of either kind, that its type has not. */
export function requireCredits(asked: CreditSpecificationRequest | undefined, type: InstanceType): void {
  if (!asked) return;
  requireCreditOption(asked.CpuCredits);
  if (type.isBurstable) return;
  throw new AwsError(
    'InstanceCreditSpecification.NotSupported',
    `The ${type.name} instance type does not support T2 Unlimited.`,
  );
}

/** AWS's own defaults: T2 starts as standard, its successors as unlimited. */
const OF_FAMILY: Readonly<Record<string, CpuCredits>> = {
  t2: 'standard',
  t3: 'unlimited',
  t3a: 'unlimited',
  t4g: 'unlimited',
};

/** Those of an instance once its type is changed: of a type without credits it keeps what it had. */
export const creditsAfter = async (
  tx: ReadTransaction,
  scope: Scope,
  { cpuCredits }: { readonly cpuCredits?: CpuCredits },
  type: InstanceType | undefined,
): Promise<CpuCredits | undefined> =>
  type?.isBurstable ? (cpuCredits ?? defaultCredits(tx, scope, type.name)) : cpuCredits;

/** `typeName` is of a burstable type, or its family. */
export async function defaultCredits(
  tx: ReadTransaction,
  scope: Scope,
  typeName: string,
): Promise<CpuCredits> {
  const family = typeName.split('.')[0]!;
  const { credits } = await readRegionSettings(tx, scope);
  return credits?.[family] ?? OF_FAMILY[family] ?? 'unlimited';
}
