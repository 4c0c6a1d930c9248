/** What axe-core finds in a page: controls without names, headings out of order, tables without headers. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** To measure every colour takes longer than all else; the pictures are looked at in light and dark. */
const OPTIONS = { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } };

/** A sentence for each rule of WCAG 2.2 A and AA, and of axe-core's own, that is broken. */
export async function accessibilityFaults(page: Page, options: object = OPTIONS): Promise<string[]> {
  // The page's own policy lets no script in; the browser's debugger is not bound by it.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe.source);
  const violations = await page.evaluate<axe.Result[]>(
    `axe.run(document, ${JSON.stringify(options)}).then((found) => found.violations)`,
  );
  return violations.map(({ id, help, nodes }) => {
    const [first] = nodes;
    return `${id}: ${help} (${nodes.length}): ${first?.html.slice(0, 200)} ${first?.failureSummary ?? ''}`;
  });
}
