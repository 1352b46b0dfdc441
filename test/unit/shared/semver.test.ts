import assert from 'node:assert/strict';
import { compareVersions } from '../../../src/shared/semver.ts';

/** The examples of https://semver.org/#spec-item-11, and what is no version before them all. */
const ascending = [
  'x',
  '0.9.10',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.9.0',
  '1.10.0',
  '2.0.0',
];

describe('versions', () => {
  it('are ordered as semver says', () => {
    for (const [a, left] of ascending.entries())
      for (const [b, right] of ascending.entries())
        assert.equal(Math.sign(compareVersions(left, right)), Math.sign(a - b), `${left} and ${right}`);
  });

  it('are equal whatever their build', () => {
    assert.equal(compareVersions('1.0.0+5', '1.0.0+6'), 0);
    assert.equal(compareVersions('', '1.0'), 0, 'neither is one');
  });
});
