import assert from 'node:assert/strict';
import { releaseFaults, sectionOf } from '../../../scripts/release/release.mjs';

const changelog = `# Changelog

Words on top.

## [1.1.0] - unreleased

### Added

- What is to come.

## [1.0.0] - 2026-03-01

### Added

- All of it.

## [0.9.0] - 2026-01-01
`;

describe('a release', () => {
  const repository = { type: 'git', url: 'https://example.com/runglass.git' };
  const faultsOf = (tag: string, version: string, manifest: object = { repository }) =>
    releaseFaults(tag, { version, ...manifest }, changelog).join('\n');

  it('is of the version that package.json and the changelog have', () => {
    assert.equal(faultsOf('v1.0.0', '1.0.0'), '');
    assert.match(faultsOf('v1.0.1', '1.0.0'), /^The tag is v1\.0\.1 and package\.json has 1\.0\.0/);
    assert.match(faultsOf('v2.0.0', '2.0.0'), /^CHANGELOG\.md has no section \[2\.0\.0\]/);
  });

  it('has a date, something to tell and a repository', () => {
    assert.match(faultsOf('v1.1.0', '1.1.0'), /^CHANGELOG\.md calls 1\.1\.0 "unreleased"/);
    assert.match(faultsOf('v0.9.0', '0.9.0'), /^The section \[0\.9\.0\] of CHANGELOG\.md is empty/);
    assert.match(faultsOf('v1.0.0', '1.0.0', {}), /^package\.json names no repository/);
  });

  it('is told in the words of its section', () => {
    assert.equal(sectionOf(changelog, '1.0.0')?.text, '### Added\n\n- All of it.');
    assert.equal(sectionOf(changelog, '1.0'), null);
  });
});
