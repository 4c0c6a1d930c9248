/**
 * Tests an input against the constraints of its shape, and words violations as AWS does. The tests of an operation
 * are compiled once, on its first call.
 */
import type { AwsError } from '../aws/aws-error.ts';
import { type Constraint, constraintsOf } from './constraint.ts';
import type { ListShape, MapShape, OperationShape, Shape, StructureShape } from './shape.ts';
import { type Path, reportFor, type Violation } from './violation.ts';

type Check = (value: unknown, path: string, violations: Violation[]) => void;

/** A service's own error for what its shapes refuse; undefined where it has no other than its protocol's. */
export type InputRefusal = (violations: readonly Violation[]) => AwsError | undefined;

const compiled = new WeakMap<
  OperationShape,
  (input: unknown, refusal?: InputRefusal) => AwsError | undefined
>();

/**
 * The error that AWS answers to an input that breaks its shape's constraints: `ValidationException` from JSON
 * services, `ValidationError` from the query protocol's, `MissingParameter` and its like from EC2.
 */
export function validate(
  operation: OperationShape,
  input: unknown,
  refusal?: InputRefusal,
): AwsError | undefined {
  let run = compiled.get(operation);
  if (!run) {
    run = compileOperation(operation);
    compiled.set(operation, run);
  }
  return run(input, refusal);
}

function compileOperation(operation: OperationShape) {
  const { path, toError } = reportFor(operation.protocol);
  const check = new Compiler(path).compile(operation.input);
  if (!check) return () => undefined;
  return (input: unknown, refusal?: InputRefusal) => {
    const violations: Violation[] = [];
    check(input, '', violations);
    return violations.length > 0 ? (refusal?.(violations) ?? toError(violations)) : undefined;
  };
}

class Compiler {
  private readonly path: Path;
  private readonly checks = new Map<Shape, Check | undefined>();

  constructor(path: Path) {
    this.path = path;
  }

  /** The check for a shape; undefined when anything goes. */
  compile(shape: Shape): Check | undefined {
    if (this.checks.has(shape)) return this.checks.get(shape);
    // Stands in while the members are compiled: shapes may contain themselves.
    this.checks.set(shape, (value, path, violations) => this.checks.get(shape)?.(value, path, violations));
    const check = this.compileNew(shape);
    this.checks.set(shape, check);
    return check;
  }

  private compileNew(shape: Shape): Check | undefined {
    const own = ownCheck(shape, constraintsOf(shape));
    if (shape.type === 'structure') return this.structure(shape);
    if (shape.type === 'list') return both(own, this.list(shape));
    if (shape.type === 'map') return both(own, this.map(shape));
    return own;
  }

  private structure(shape: StructureShape): Check | undefined {
    const steps = shape.members.flatMap((member) => {
      const check = this.compile(member.shape);
      return check || member.required ? [{ member, check, name: this.path.member(member) }] : [];
    });
    if (steps.length === 0) return undefined;
    const separator = this.path.separator;
    return (value, path, violations) => {
      const record = value as Readonly<Record<string, unknown>>;
      for (const { member, check, name } of steps) {
        const memberValue = record[member.name];
        const missing = memberValue === undefined || memberValue === null;
        if (missing && !member.required) continue;
        const memberPath = path === '' ? name : path + separator + name;
        if (!missing) check?.(memberValue, memberPath, violations);
        else violations.push({ kind: 'missing', path: memberPath, name: member.name, shape: member.shape });
      }
    };
  }

  private list(shape: ListShape): Check | undefined {
    const item = this.compile(shape.member);
    const aggregate = isScalar(shape.member);
    if (aggregate && item)
      return elementsCheck(shape, 'Member', constraintsOf(shape.member), (list) => list as unknown[]);
    return (value, path, violations) => {
      const items = value as readonly unknown[];
      for (let index = 0; index < items.length; index++) {
        const itemPath = this.path.item(path, index + 1);
        const itemValue = items[index];
        if (itemValue !== null && itemValue !== undefined) item?.(itemValue, itemPath, violations);
        else violations.push({ kind: 'missing', path: itemPath, name: '', shape: shape.member });
      }
    };
  }

  private map(shape: MapShape): Check | undefined {
    const keys = elementsCheck(
      shape,
      'Map keys',
      constraintsOf(shape.key),
      Object.keys as (map: unknown) => string[],
    );
    if (isScalar(shape.value)) {
      const values = constraintsOf(shape.value);
      return both(
        keys,
        elementsCheck(shape, 'Map value', values, Object.values as (map: unknown) => unknown[]),
      );
    }
    const check = this.compile(shape.value);
    if (!check) return keys;
    return both(keys, (value, path, violations) => {
      for (const [key, entry] of Object.entries(value as object)) {
        check(entry, this.path.entry(path, key), violations);
      }
    });
  }
}

function isScalar(shape: Shape): boolean {
  return shape.type !== 'structure' && shape.type !== 'list' && shape.type !== 'map';
}

function both(first: Check | undefined, second: Check | undefined): Check | undefined {
  if (!first || !second) return first ?? second;
  return (value, path, violations) => {
    first(value, path, violations);
    second(value, path, violations);
  };
}

function ownCheck(shape: Shape, constraints: readonly Constraint[]): Check | undefined {
  if (constraints.length === 0) return undefined;
  return (value, path, violations) => {
    for (const { holds, wording } of constraints) {
      if (!holds(value as never)) violations.push({ kind: 'constraint', path, value, wording, shape });
    }
  };
}

/** A list or map of scalars is one violation, which names all constraints of its elements. */
function elementsCheck(
  shape: ListShape | MapShape,
  what: 'Member' | 'Map keys' | 'Map value',
  constraints: readonly Constraint[],
  elements: (collection: unknown) => readonly unknown[],
): Check | undefined {
  const wordings =
    constraints.length > 0 ? constraints.map(({ wording }) => wording) : ['Member must not be null'];
  const wording = `${what} must satisfy constraint: [${wordings.join(', ')}]`;
  const broken = (element: unknown) =>
    element === null || element === undefined || constraints.some(({ holds }) => !holds(element as never));
  if (constraints.length === 0 && what === 'Map keys') return undefined;
  return (value, path, violations) => {
    if (elements(value).some(broken)) violations.push({ kind: 'constraint', path, value, wording, shape });
  };
}
