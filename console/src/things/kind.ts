/** A kind of things as a table: which of AWS's listings has them, and what of each is shown. */

/** What AWS answered: its names, whatever they are. */
export type Shown = Readonly<Record<string, unknown>>;

export interface Column {
  readonly header: string;
  readonly width?: number;
  /** Text; a state where `isState`, a time where `isTime`. */
  of(thing: Shown): string;
  readonly isState?: true;
  readonly isTime?: true;
}

export interface Listing {
  readonly service: string;
  readonly operation: string;
  readonly columns: readonly Column[];
  items(output: Shown): readonly Shown[];
  idOf(thing: Shown): string;
  /** What its owner calls it, where that is another thing. */
  nameOf?(thing: Shown): string;
  /** The parameters for what is asked, a page of so many. */
  input(limit: number, token: string | undefined, find: string): object;
  /** Where the next page's token stands in an answer. */
  readonly token: 'NextToken' | 'Marker';
}

export interface Kind extends Listing {
  readonly label: string;
  /** What an empty table says, and how there would be something. */
  readonly empty: string;
  readonly hint: string;
  readonly findBy: string;
  /** Whether one of them can be explained. */
  readonly isExplained?: true;
  /** Whether it hands events to targets. */
  readonly delivers?: true;
  /** What happened to one of them. */
  readonly detail?: { readonly title: string } & Omit<Listing, 'input'> & { input(id: string): object };
}
