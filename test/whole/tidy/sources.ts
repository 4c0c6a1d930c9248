/** The project's sources as the house rules look at them: text, imports and syntax tree. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Node, type Program, parseSync, visitorKeys } from 'oxc-parser';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Import {
  /** Relative to the folder that is read, for a module of the project; else its name. */
  readonly name: string;
  readonly isOwn: boolean;
  /** Erased when the program runs. */
  readonly isTypeOnly: boolean;
}

export interface Source {
  /** Relative to the folder that is read, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly Import[];
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const isTypeKind = (kind: unknown) => kind === 'type';

function importsOf(program: Program, file: string, top: string): Import[] {
  const found: Import[] = [];
  const add = (name: string, isTypeOnly: boolean) => {
    const isOwn = name.startsWith('.');
    const path = isOwn ? normalize(relative(top, join(dirname(file), name))).replaceAll('\\', '/') : name;
    found.push({ name: path, isOwn, isTypeOnly });
  };
  walk(program, (node) => {
    if (node.type === 'ImportDeclaration') {
      const isErased =
        node.specifiers.length > 0 &&
        node.specifiers.every((each) => each.type === 'ImportSpecifier' && isTypeKind(each.importKind));
      // What only reads text opens no socket.
      const names = node.specifiers.map(({ local }) => local.name);
      if (node.source.value === 'node:net' && names.every((name) => /^isIP/.test(name))) return;
      add(node.source.value, isTypeKind(node.importKind) || isErased);
    } else if (node.type === 'ExportAllDeclaration') {
      add(node.source.value, isTypeKind(node.exportKind));
    } else if (node.type === 'ExportNamedDeclaration' && node.source) {
      add(node.source.value, isTypeKind(node.exportKind));
    } else if (node.type === 'ImportExpression' && node.source.type === 'Literal') {
      add(String(node.source.value), false);
    } else if (node.type === 'TSImportType') {
      add(node.source.value, true);
    }
  });
  return found;
}

function read(folder: string): readonly Source[] {
  const top = join(ROOT, folder);
  return filesUnder(top)
    .filter((path) => /\.tsx?$/.test(path))
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const { program } = parseSync(file, text);
      const path = relative(top, file).replaceAll('\\', '/');
      return { path, text, program, imports: importsOf(program, file, top) };
    });
}

export const sources = read('src');
/** What runs in the browser. */
export const consoleSources = read('console/src').map((source) => ({
  ...source,
  path: `console/${source.path}`,
}));
const isGenerated = ({ path, text }: Source) =>
  path.startsWith('shapes/generated/') ||
  /^services\/\w+\/operations\.ts$/.test(path) ||
  /^\/[/*].*generated/i.test(text.slice(0, 200));

/** What people wrote, and keep. */
export const handWritten = [...sources.filter((source) => !isGenerated(source)), ...consoleSources];

export const folderOf = (path: string) => path.split('/')[0] as string;
export const isOperationFile = (path: string) => /^services\/.*\/[A-Z][A-Za-z0-9]+\.ts$/.test(path);
export const lineOf = ({ text }: Source, offset: number) => text.slice(0, offset).split('\n').length;

/** Visits a node and all below it, outermost first. */
export function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const parents: Node[] = [];
  const enter = (at: Node) => {
    visit(at, parents);
    parents.push(at);
    for (const key of visitorKeys[at.type] ?? []) {
      const child = (at as unknown as Record<string, Node | readonly (Node | null)[] | null>)[key];
      if (Array.isArray(child)) for (const each of child as (Node | null)[]) each && enter(each);
      else if (child) enter(child as Node);
    }
    parents.pop();
  };
  enter(node);
}

export function violations(rule: (source: Source) => readonly string[]): string[] {
  return sources.flatMap((source) => rule(source).map((what) => `${source.path}: ${what}`));
}
