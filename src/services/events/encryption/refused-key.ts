/**
 * For `explain`: the last use of a bus's key that KMS refused to EventBridge, found by the bus, or by a rule or an archive of
 * it. Who puts events learns that the key refused; that rules match nothing and archives stay empty, the trail alone says.
 */
import type { Scope } from '../../../aws/scope.ts';
import type { FailureSource } from '../../../invoke/ports/failure-source.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { archiveArn, archives, busOfArchive } from '../archive/archive.ts';
import { type BusPlace, busArn, buses } from '../bus/bus.ts';
import { refusedCall, sourcesOf } from '../event/own-calls.ts';
import { ruleArn, rules } from '../rule/rule.ts';

export const refusedKeys: FailureSource = {
  async failureOf(tx, scope, subject) {
    const bus = await busOf(tx, scope, subject);
    if (!bus) return undefined;
    const arn = busArn(bus);
    const refused = await refusedCall(tx, ['GenerateDataKey', 'Decrypt', 'ReEncrypt'], (call) =>
      sourcesOf(call).includes(arn),
    );
    if (!refused) return undefined;
    const { eventID: eventId, eventTime: at, eventName, errorCode } = refused.body.event;
    return {
      cause: { eventId },
      symptom: `EventBridge could not use the key of event bus ${bus.name} at ${at}: ${eventName}: ${errorCode}`,
    };
  },
};

/** The bus that is meant, or that what is meant belongs to. */
async function busOf(
  tx: ReadTransaction,
  { account, region }: Scope,
  subject: string,
): Promise<BusPlace | undefined> {
  const prefix = [account, region];
  const named = [
    ...(await tx.list(buses, { prefix })).map((bus) => ({ name: bus.name, arn: busArn(bus), bus })),
    ...(await tx.list(archives, { prefix })).map((archive) => ({
      name: archive.name,
      arn: archiveArn(archive),
      bus: busOfArchive(archive),
    })),
    ...(await tx.list(rules, { prefix })).map((rule) => ({
      name: rule.name,
      arn: ruleArn(rule),
      bus: { account, region, name: rule.bus },
    })),
  ];
  return named.find(({ name, arn }) => name === subject || arn === subject)?.bus;
}
