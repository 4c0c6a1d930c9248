/** Of an imported account: when what was read, by which an answer stands or falls. */
import ExpandableSection from '@cloudscape-design/components/expandable-section';

export function Provenance({ basis = [] }: { readonly basis?: readonly string[] }) {
  if (basis.length === 0) return null;
  return (
    <ExpandableSection variant="container" defaultExpanded headerText="What this is based on">
      <ul className="basis">
        {basis.map((line) => (
          <li key={line} className="long-name">
            {line}
          </li>
        ))}
      </ul>
    </ExpandableSection>
  );
}
