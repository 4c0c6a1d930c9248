/** Policies to be read, compared and edited: CodeMirror, loaded where one is shown. */
import { lazy, Suspense } from 'react';
import type { DiffProps, EditorProps } from './code-mirror.tsx';

const LoadedEditor = lazy(() => import('./code-mirror.tsx').then(({ Editor }) => ({ default: Editor })));
const LoadedDiff = lazy(() => import('./code-mirror.tsx').then(({ Diff }) => ({ default: Diff })));

export function PolicyEditor(props: EditorProps) {
  return (
    <Suspense fallback={<pre className="code-block">{props.text}</pre>}>
      <LoadedEditor {...props} />
    </Suspense>
  );
}

/** What a change does to a document; of a new one, all of it is green. */
export function PolicyDiff(props: DiffProps) {
  return (
    <Suspense fallback={<pre className="code-block">{props.after}</pre>}>
      <LoadedDiff {...props} />
    </Suspense>
  );
}
