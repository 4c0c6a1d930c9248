/**
 * Loaded before tests, with what loads the sources fast: the runner follows every promise, to say of a stray error which test it came from. That takes up to
 * half of the processor time of a test that asks a server much. Without it such an error is its file's; `describe` and `test`
 * are found as before.
 * https://nodejs.org/api/async_hooks.html#async_hookscreatehookoptions
 */
import hooks from 'node:async_hooks';
import './load-sources.ts';

const { createHook } = hooks;
/** Which Node 22 has not. */
const withoutPromises = { trackPromises: false };
hooks.createHook = (options) => createHook({ ...options, ...withoutPromises });

/** A process that takes longer hangs: it fails, and the others have their turn. */
const MINUTES = 15;
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  const giveUp = () => {
    console.error(`not done after ${MINUTES} minutes`);
    process.exit(1);
  };
  setTimeout(giveUp, MINUTES * 60_000).unref();
}
