/** What a call was refused with; undefined where it was answered. */
import { AwsError } from '../../../aws/aws-error.ts';

export async function refusalOf(call: Promise<unknown>): Promise<AwsError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}

const NOT_TO_BE_HAD = ['InsufficientFreeAddressesInSubnet', 'InsufficientInstanceCapacity', 'Unsupported'];

/** Another instance type, or another zone, may be had. */
export const isNotToBeHad = ({ code }: AwsError): boolean => NOT_TO_BE_HAD.includes(code);
