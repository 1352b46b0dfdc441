import assert from 'node:assert/strict';
import { type PolicyInputs, passes, policyOf } from '../../../../../src/extension/activity/control/policy.ts';
import {
  type EventKind,
  eventKinds,
  eventTypes,
  kindOf,
  kindsAboutFiles,
} from '../../../../../src/shared/activity.ts';

const open: PolicyInputs = {
  agreed: true,
  enabled: true,
  paused: false,
  kinds: new Set(eventKinds),
  excluded: false,
  trusted: true,
};
const types = [...Object.values(eventTypes), 'other.thing', 'file', '', 'filed.saved'];

describe('the policy of what is reported', () => {
  it('lets everything pass when nothing stands against it', () => {
    const policy = policyOf(open);
    assert.equal(policy.reporting, 'on');
    for (const type of types) assert.ok(passes(policy, type), type);
  });

  it('lets nothing pass, whatever else is so, for any one reason', () => {
    const reasons: readonly Partial<PolicyInputs>[] = [
      { enabled: false },
      { agreed: null },
      { agreed: false },
      { excluded: true },
      { paused: true },
    ];
    const said = reasons.map((reason) => {
      const policy = policyOf({ ...open, ...reason });
      assert.equal(policy.kinds.size, 0);
      for (const type of types) assert.ok(!passes(policy, type), type);
      return policy.reporting;
    });
    assert.deepEqual(said, ['off', 'off', 'notAgreed', 'excluded', 'paused']);
  });

  it('says the gravest of several reasons', () => {
    const worst = { enabled: false, agreed: false, excluded: true, paused: true };
    assert.equal(policyOf({ ...open, ...worst }).reporting, 'off');
    assert.equal(policyOf({ ...open, ...worst, enabled: true }).reporting, 'notAgreed');
    assert.equal(policyOf({ ...open, ...worst, enabled: true, agreed: true }).reporting, 'excluded');
  });

  it('lets the kinds pass that are switched on, and no other', () => {
    for (const off of eventKinds) {
      const policy = policyOf({ ...open, kinds: new Set(eventKinds.filter((kind) => kind !== off)) });
      for (const type of types)
        assert.equal(passes(policy, type), kindOf(type) !== off, `${type}, ${off} off`);
    }
  });

  it('lets nothing about the files of a workspace pass that is not trusted, also of other extensions', () => {
    const policy = policyOf({ ...open, trusted: false });
    for (const type of [...types, 'git.pushed', 'notebook.opened'])
      assert.equal(passes(policy, type), !kindsAboutFiles.has(kindOf(type)), type);
    const kinds: EventKind[] = ['file', 'git', 'notebook'];
    assert.deepEqual(
      kinds.map((kind) => policy.kinds.has(kind)),
      [false, false, false],
    );
  });
});
