/** What axe-core finds in a page: controls without names, headings out of order, tables without headers, contrast. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** One sentence for each rule that is broken. The rules are those of WCAG 2.2 A and AA, and axe-core's best practices. */
export async function accessibilityFaults(page: Page, isQuick = false): Promise<string[]> {
  // The page's own policy lets no script in; the browser's debugger is not bound by it.
  await page.evaluate(source);
  const options = isQuick ? { rules: { 'color-contrast': { enabled: false } } } : {};
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...options })}).then((found) => found.violations)`,
  );
  return violations.map(({ id, help, nodes }) => {
    const [first] = nodes;
    return `${id}: ${help} (${nodes.length}): ${first?.html.slice(0, 200)} ${first?.failureSummary ?? ''}`;
  });
}
