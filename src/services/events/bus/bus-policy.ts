/** The policy of an event bus: who else may put events on it, or rules. */
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { rootArn } from '../../../policy/root-user.ts';
import { storedPolicy } from '../../../policy/stored.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { notFound, policyTooLong, validation } from '../errors.ts';
import { busArn, buses, type EventBusRecord } from './bus.ts';

const MAX_POLICY_BYTES = 10_240;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly [member: string]: unknown;
}

interface PolicyDocument {
  readonly Version: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** The policy as the decision point takes it. */
export function namedBusPolicy(bus: EventBusRecord | undefined): NamedPolicy | undefined {
  if (bus?.policy === undefined) return undefined;
  return storedPolicy(bus.policy, 'resource', `policy of event bus ${bus.name}`);
}

/** Of all accounts and Regions, by the ARN of the bus. */
export const busPolicies = async (tx: ReadTransaction): Promise<NamedPolicy[]> =>
  (await tx.list(buses)).flatMap((bus) =>
    bus.policy === undefined ? [] : [storedPolicy(bus.policy, 'resource', busArn(bus))],
  );

/** Throws where the document may not stand. */
export function requirePolicy(document: string): string {
  const parsed = internPolicy(document, 'resource');
  if (!parsed.ok) throw validation(`Parameter Policy is not valid. Reason: ${parsed.message}`);
  if (Buffer.byteLength(document) > MAX_POLICY_BYTES) {
    throw policyTooLong();
  }
  return document;
}

/** A statement as PutPermission makes it of its parameters. */
export function permissionStatement(
  bus: EventBusRecord,
  permission: {
    readonly statementId: string;
    readonly principal: string;
    readonly condition?: { readonly Type: string; readonly Key: string; readonly Value: string };
  },
): PolicyStatement {
  const { statementId, principal, condition } = permission;
  return {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: rootArn(principal) },
    Action: 'events:PutEvents',
    Resource: busArn(bus),
    ...(condition && { Condition: { [condition.Type]: { [condition.Key]: condition.Value } } }),
  };
}

const statementsOf = ({ policy }: EventBusRecord): readonly PolicyStatement[] =>
  policy === undefined ? [] : [(JSON.parse(policy) as PolicyDocument).Statement].flat();

/** The policy with the statement, in place of one with its Sid. */
export function withStatement(bus: EventBusRecord, statement: PolicyStatement): string {
  const others = statementsOf(bus).filter(({ Sid }) => Sid !== statement.Sid);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...others, statement] });
}

/** The policy without the statement; undefined where nothing is left of it. */
export function withoutStatement(bus: EventBusRecord, statementId: string): string | undefined {
  const statements = statementsOf(bus);
  const left = statements.filter(({ Sid }) => Sid !== statementId);
  if (left.length === statements.length) throw notFound('Statement with the provided id does not exist.');
  return left.length > 0 ? JSON.stringify({ Version: '2012-10-17', Statement: left }) : undefined;
}
