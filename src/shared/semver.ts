/**
 * Compares two versions as https://semver.org/#spec-item-11 does: below 0 when `a` comes before `b`. Text that is no
 * version comes before every version.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return Number(left !== null) - Number(right !== null);
  const core = compareAll(left.core, right.core);
  if (core !== 0) return core;
  // A prerelease comes before its release.
  if (left.prerelease.length === 0 || right.prerelease.length === 0)
    return right.prerelease.length - left.prerelease.length;
  return compareAll(left.prerelease, right.prerelease);
}

interface Version {
  readonly core: readonly string[];
  readonly prerelease: readonly string[];
}

function parse(text: string): Version | null {
  const [, core, prerelease] = /^(\d+\.\d+\.\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/.exec(text) ?? [];
  return core ? { core: core.split('.'), prerelease: prerelease?.split('.') ?? [] } : null;
}

function compareAll(a: readonly string[], b: readonly string[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and before words, words by their characters. */
function compareIdentifiers(a: string, b: string): number {
  const isNumber = [a, b].map((identifier) => /^\d+$/.test(identifier));
  if (isNumber[0] && isNumber[1]) return Number(a) - Number(b);
  if (isNumber[0] !== isNumber[1]) return isNumber[0] ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
