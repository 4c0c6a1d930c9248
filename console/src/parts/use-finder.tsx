/** A table of which one looks for something: what is found, a page at a time. */
import Pagination from '@cloudscape-design/components/pagination';
import TextFilter from '@cloudscape-design/components/text-filter';
import { type ReactNode, useState } from 'react';
import { plural } from './words.ts';

interface FinderOptions {
  readonly perPage: number;
  readonly label: string;
  readonly placeholder: string;
  /** Whether to say how many were found. */
  readonly counts?: boolean;
}

interface Found<T> {
  readonly shown: readonly T[];
  readonly filter: ReactNode;
  readonly pagination: ReactNode;
}

/** Returns what finds: of the items those that fit the text as `fits` says. */
export function useFinder({ perPage, label, placeholder, counts = false }: FinderOptions) {
  const [text, setText] = useState('');
  const [page, setPage] = useState(1);
  return <T,>(items: readonly T[], fits: (item: T, text: string) => boolean): Found<T> => {
    const found = items.filter((item) => fits(item, text.trim()));
    return {
      shown: found.slice((page - 1) * perPage, page * perPage),
      filter: (
        <TextFilter
          filteringText={text}
          filteringPlaceholder={placeholder}
          filteringAriaLabel={label}
          countText={counts && text ? plural(found.length, 'match') : ''}
          onChange={({ detail }) => {
            setText(detail.filteringText);
            setPage(1);
          }}
        />
      ),
      pagination: (
        <Pagination
          currentPageIndex={page}
          pagesCount={Math.max(1, Math.ceil(found.length / perPage))}
          onChange={({ detail }) => setPage(detail.currentPageIndex)}
        />
      ),
    };
  };
}
