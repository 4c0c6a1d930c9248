/** A decision under edits: asked again a moment after the last one. */
import { useEffect, useState } from 'react';
import type { DocumentedDecision } from '../../../src/explain/what-if/decisions.ts';
import { ask, Refused } from '../door/ask.ts';

const TYPING_MS = 350;

export interface Fault {
  /** Which policy, by its place; none where it is about the request. */
  readonly at: number | undefined;
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface Edited {
  readonly isEdited: boolean;
  /** As it would be; as it was until something is edited, and while what is edited cannot be read. */
  readonly decision: DocumentedDecision;
  readonly documents: Readonly<Record<number, string>>;
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  readonly fault: Fault | undefined;
  edit(at: number, text: string | undefined): void;
  editCondition(key: string, values: readonly string[] | undefined): void;
  reset(): void;
}

interface Asked {
  readonly eventId: string;
  readonly at: number;
  readonly accountId: string;
  readonly region: string;
}

const without = <T>(record: Readonly<Record<string, T>>, name: string | number) =>
  Object.fromEntries(Object.entries(record).filter(([each]) => each !== String(name)));

export function useEdited(recorded: DocumentedDecision, asked: Asked): Edited {
  const [documents, setDocuments] = useState<Record<number, string>>({});
  const [conditions, setConditions] = useState<Record<string, readonly string[]>>({});
  const [last, setLast] = useState<number>();
  const [answer, setAnswer] = useState<DocumentedDecision>();
  const [fault, setFault] = useState<Fault>();
  const isEdited = Object.keys(documents).length + Object.keys(conditions).length > 0;
  const body = JSON.stringify({ ...asked, documents, conditions });
  useEffect(() => {
    if (!isEdited) return;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      ask<DocumentedDecision>('decide', JSON.parse(body), asking.signal).then(
        (decided) => {
          setAnswer(decided);
          setFault(undefined);
        },
        (error: Error) => {
          if (asking.signal.aborted) return;
          const { line = 1, column = 1 } = (error instanceof Refused && error.place) || {};
          setFault({ at: last, message: error.message, line, column });
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [body, isEdited, last]);
  return {
    isEdited,
    decision: (isEdited && answer) || recorded,
    documents,
    conditions,
    fault: isEdited ? fault : undefined,
    edit(at, text) {
      setLast(at);
      setDocuments((all) => (text === undefined ? without(all, at) : { ...all, [at]: text }));
    },
    editCondition(key, values) {
      setLast(undefined);
      setConditions((all) => (values === undefined ? without(all, key) : { ...all, [key]: values }));
    },
    reset() {
      setDocuments({});
      setConditions({});
      setAnswer(undefined);
      setFault(undefined);
    },
  };
}
