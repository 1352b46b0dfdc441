import { isRecord } from '../../shared/record.ts';

/**
 * Ids of the settings whose values are none of those that the manifest allows, in its order. VS Code underlines such a
 * value in an open settings.json and hands it on all the same.
 */
export function wrongSettings(manifest: unknown, get: (id: string) => unknown): string[] {
  const shapes = partOf(manifest, 'contributes', 'configuration', 'properties');
  return Object.keys(shapes).filter((id) => {
    const value = get(id);
    return value !== undefined && !fits(value, partOf(shapes, id));
  });
}

type Shape = Readonly<Record<string, unknown>>;

function partOf(whole: unknown, ...path: readonly string[]): Shape {
  let part = whole;
  for (const key of path) part = isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined;
  return isRecord(part) ? part : {};
}

/** By those words of JSON Schema that our manifest uses. */
function fits(value: unknown, shape: Shape): boolean {
  if (Array.isArray(shape.enum) && !shape.enum.includes(value)) return false;
  switch (shape.type) {
    case 'string':
      return typeof value === 'string' && textFits(value, shape);
    case 'number':
      return typeof value === 'number' && numberFits(value, shape);
    case 'array':
      return Array.isArray(value) && value.every((item) => fits(item, partOf(shape, 'items')));
    case 'object':
      return isRecord(value) && Object.entries(value).every(([key, inner]) => memberFits(key, inner, shape));
    default:
      return shape.type === undefined || typeof value === shape.type;
  }
}

function memberFits(key: string, value: unknown, shape: Shape): boolean {
  return Object.hasOwn(partOf(shape, 'properties'), key) && fits(value, partOf(shape, 'properties', key));
}

function textFits(value: string, { minLength, maxLength, pattern }: Shape): boolean {
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
  return value.length >= (Number(minLength) || 0) && value.length <= (Number(maxLength) || Infinity);
}

function numberFits(value: number, { minimum, maximum, exclusiveMinimum }: Shape): boolean {
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return false;
  return (
    !(typeof minimum === 'number' && value < minimum) && !(typeof maximum === 'number' && value > maximum)
  );
}
