/** Style sheets are bundled into one file, and have no exports. */
declare module '*.css';
