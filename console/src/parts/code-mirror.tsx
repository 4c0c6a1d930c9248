/** The editor and the diff themselves. Nobody but editor.tsx loads this. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, ensureSyntaxTree, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';

export interface EditorProps {
  readonly text: string;
  readonly label: string;
  readonly fault?: { readonly message: string; readonly line: number; readonly column: number };
  /** Statements of the policy, by their places in it, that are to be seen first. */
  readonly marked?: readonly number[];
  /** Absent for what is only read. */
  onChange?(text: string): void;
}

export interface DiffProps {
  /** Absent where the document is new. */
  readonly before: string | undefined;
  readonly after: string;
  readonly label: string;
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

const HIGHLIGHTS = HighlightStyle.define([
  { tag: tags.propertyName, class: 'json-name' },
  { tag: tags.string, class: 'json-string' },
  { tag: [tags.number, tags.bool, tags.null], class: 'json-value' },
]);

const shared = (label: string): Extension[] => [
  EditorView.cspNonce.of(nonce),
  lineNumbers(),
  json(),
  syntaxHighlighting(HIGHLIGHTS),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': label }),
];

const READ_ONLY = [EditorState.readOnly.of(true), EditorView.editable.of(false)];

export function Editor({ text, label, fault, marked, onChange }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const isEditable = onChange !== undefined;
  const marks = marked?.join() ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is typed does not make a new editor
  useEffect(() => {
    const editing = [
      history(),
      bracketMatching(),
      lintGutter(),
      keymap.of([...defaultKeymap, ...historyKeymap]),
    ];
    const listener = EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) changed.current?.(state.doc.toString());
    });
    view.current = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({
        doc: text,
        extensions: [
          ...shared(label),
          ...(isEditable ? editing : READ_ONLY),
          EditorView.decorations.of((shown) =>
            marksIn(shown.state, marks.split(',').filter(Boolean).map(Number)),
          ),
          listener,
        ],
      }),
    });
    return () => view.current?.destroy();
  }, [isEditable, label, marks]);
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch(setDiagnostics(editor.state, fault ? [diagnosticAt(editor.state, fault)] : []));
  }, [fault]);
  return <div className={isEditable ? 'editor' : 'editor is-read'} ref={place} />;
}

const MARKED = Decoration.line({ class: 'is-marked' });

/** The lines of statements, found by how the document is built. */
function marksIn(state: EditorState, places: readonly number[]): DecorationSet {
  if (places.length === 0) return Decoration.none;
  const document = ensureSyntaxTree(state, state.doc.length)?.topNode.getChild('Object');
  const property = document
    ?.getChildren('Property')
    .find((each) => state.sliceDoc(each.firstChild?.from, each.firstChild?.to) === '"Statement"');
  const statements =
    property?.getChild('Array')?.getChildren('Object') ?? property?.getChildren('Object') ?? [];
  const lines = new Set<number>();
  for (const place of places) {
    const { from = 0, to = -1 } = statements[place] ?? {};
    for (let at = from; at <= to; at = state.doc.lineAt(at).to + 1) lines.add(state.doc.lineAt(at).from);
  }
  return Decoration.set([...lines].sort((one, other) => one - other).map((from) => MARKED.range(from)));
}

function diagnosticAt(
  state: EditorState,
  { message, line, column }: NonNullable<EditorProps['fault']>,
): Diagnostic {
  const { from, to } = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  const start = Math.min(to, from + Math.max(0, column - 1));
  return { from: start, to: Math.max(start, to), severity: 'error', message };
}

export function Diff({ before, after, label }: DiffProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const merge =
      before === undefined
        ? []
        : unifiedMergeView({
            original: before,
            mergeControls: false,
            gutter: true,
            highlightChanges: false,
            collapseUnchanged: { margin: 3, minSize: 8 },
          });
    const view = new EditorView({
      parent: place.current as HTMLDivElement,
      state: EditorState.create({ doc: after, extensions: [...shared(label), ...READ_ONLY, merge] }),
    });
    return () => view.destroy();
  }, [before, after, label]);
  return <div className={`editor is-read ${before === undefined ? 'is-new' : 'is-diff'}`} ref={place} />;
}
