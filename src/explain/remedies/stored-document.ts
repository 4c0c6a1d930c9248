/** A policy document as the operation gives it that shows it. */
import { AwsError } from '../../aws/aws-error.ts';
import { type ApiCall, makeCall } from '../../rehearsal/maker.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { PolicyDocument } from './place.ts';

export function parsedDocument(text: unknown): PolicyDocument {
  const source = String(text);
  const document = JSON.parse(source.startsWith('%') ? decodeURIComponent(source) : source);
  return { ...document, Statement: [document.Statement ?? []].flat() };
}

/** The document as the operation gives it, undefined where it says that there is none. */
export async function readBy(
  stage: Rehearsal,
  call: ApiCall,
  member: string,
): Promise<PolicyDocument | undefined> {
  try {
    const { output } = await makeCall(stage, call);
    const text = member
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], output);
    return text === undefined ? undefined : parsedDocument(text);
  } catch (error) {
    if (error instanceof AwsError && /NoSuchEntity|NotFound/.test(error.code)) return undefined;
    throw error;
  }
}
