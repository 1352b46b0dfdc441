// What a release has to be, and what is said of it.

/**
 * @typedef {object} Manifest What a release asks of package.json.
 * @property {string} version
 * @property {unknown} [repository]
 */

/**
 * What keeps a tag from being released, each in a sentence that says what to do.
 * @param {string} tag As pushed.
 * @param {Manifest} manifest
 * @param {string} changelog Text of CHANGELOG.md.
 * @returns {string[]}
 */
export function releaseFaults(tag, manifest, changelog) {
  const { version, repository } = manifest;
  const faults = [];
  if (tag !== `v${version}`)
    faults.push(
      `The tag is ${tag} and package.json has ${version}: push the tag v${version}, or change the version.`,
    );
  if (!repository)
    faults.push(
      'package.json names no repository, which the Marketplace links to: docs/RELEASING.md says what to add.',
    );
  const section = sectionOf(changelog, version);
  if (!section) faults.push(`CHANGELOG.md has no section [${version}]: say there what has changed.`);
  else {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(section.date))
      faults.push(`CHANGELOG.md calls ${version} "${section.date}": give it its date, YYYY-MM-DD.`);
    if (!section.text)
      faults.push(`The section [${version}] of CHANGELOG.md is empty: say there what has changed.`);
  }
  return faults;
}

/**
 * What CHANGELOG.md says of a version.
 * @param {string} changelog
 * @param {string} version
 * @returns {{ date: string, text: string } | null} Null when it says nothing.
 */
export function sectionOf(changelog, version) {
  for (const section of changelog.split(/^## /m).slice(1)) {
    const [heading = '', ...lines] = section.split('\n');
    const [, name, date = ''] = /^\[([^\]]+)\](?: - (.*))?$/.exec(heading.trim()) ?? [];
    if (name === version) return { date, text: lines.join('\n').trim() };
  }
  return null;
}
