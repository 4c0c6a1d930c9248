/** The console: a page over the control door's questions and its stream of calls. No rule of AWS is known here. */
import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { applyMode, disableMotion, Mode } from '@cloudscape-design/global-styles';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { follow } from './door/live.ts';
import { openSession, sessionKey } from './door/session.ts';

/** As the system has it, and as it changes. */
function followSystem(query: string, apply: (matches: boolean) => void): void {
  const system = matchMedia(query);
  apply(system.matches);
  system.addEventListener('change', () => apply(system.matches));
}

followSystem('(prefers-color-scheme: dark)', (isDark) => applyMode(isDark ? Mode.Dark : Mode.Light));
followSystem('(prefers-reduced-motion: reduce)', disableMotion);

const refusal = await openSession().catch((error: Error) => error.message);
createRoot(document.getElementById('console') as HTMLElement).render(<App refusal={refusal} />);
if (sessionKey()) void follow();
