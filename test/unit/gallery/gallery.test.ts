import assert from 'node:assert/strict';
import { encode } from '../../../scripts/gallery/hostScript.ts';
import { indexPage } from '../../../scripts/gallery/indexPage.ts';
import { readPlan } from '../../../scripts/gallery/options.ts';
import { Problems } from '../../../scripts/gallery/stage.ts';
import { galleryStates, sections } from '../../../scripts/gallery/states.ts';

describe('the gallery', () => {
  const all = galleryStates();

  it('shows every section in each state that all sections are designed in', () => {
    for (const name of [
      'loading',
      'empty',
      'few',
      'thousands',
      'offline',
      'signedOut',
      'noBackend',
      'setup',
      'cached',
    ])
      for (const section of sections)
        assert.ok(all.find((state) => state.name === name)?.subjects.includes(section), `${section} ${name}`);
  });

  it('draws everything unless something is chosen', () => {
    const plan = readPlan([], all);
    assert.deepEqual([plan.states.length, plan.themes.length, plan.widths.length], [all.length, 4, 3]);
    assert.ok(plan.whole);
    assert.ok(!readPlan(['--themes', 'dark'], all).whole);
  });

  it('speaks English unless told otherwise, whole in any language', () => {
    assert.equal(readPlan([], all).language, 'en');
    const plan = readPlan(['--language', 'de'], all);
    assert.deepEqual([plan.language, plan.whole], ['de', true]);
  });

  it('draws only the chosen sections, and no state without one of them', () => {
    const { states } = readPlan(['--states', 'full,sheet', '--sections', 'runs'], all);
    assert.deepEqual(
      states.map(({ name, subjects }) => [name, subjects]),
      [['full', ['runs']]],
    );
  });

  it('says what there is when something unknown is asked for', () => {
    assert.throws(() => readPlan(['--themes', 'blue'], all), /there is no "blue".*hc-light/);
    assert.throws(() => readPlan(['--states', 'ful'], all), /there is no "ful".*full/);
    assert.throws(() => readPlan(['--widths', 'wide'], all), /"wide" is no width/);
  });

  it('hands buffers and numbers that are none to the page', () => {
    const text = encode({ steps: Float64Array.of(1).buffer, value: Number.NaN });
    assert.equal(text, '{"steps":{"$buffer":"AAAAAAAA8D8="},"value":{"$number":"NaN"}}');
  });

  it('links the pictures that there are, and tells problems as text', () => {
    const html = indexPage(all, [1280], ['<b> overlaps'], (file) =>
      file === 'runs-full-dark-1280.png' ? { width: 900, height: 300 } : null,
    );
    assert.equal(html.match(/<img /g)?.length, 1);
    assert.match(html, /src="runs-full-dark-1280.png" width="900" height="300"/);
    assert.ok(!html.includes('<b> overlaps'));
  });

  it('tells a problem once, with the first places', () => {
    const problems = new Problems();
    for (const width of [1280, 700, 400, 320]) problems.add(`full dark ${width}`, 'too wide');
    assert.deepEqual(problems.lines, ['too wide (full dark 1280, full dark 700, full dark 400 and 1 more)']);
  });
});
