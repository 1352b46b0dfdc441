import assert from 'node:assert/strict';
import {
  compareNames,
  listWords,
  numberWords,
  plural,
  rich,
  setTranslations,
  t,
} from '../../../src/shared/l10n.ts';
import { unitName } from '../../../src/shared/names.ts';

describe('translations', () => {
  afterEach(() => setTranslations(undefined, 'en'));

  it('are the English words while there are none, with arguments in their places', () => {
    assert.equal(t('{1} before {0}', 'a', 2), '2 before a');
    assert.equal(plural(1, '{0} run', '{0} runs', '1'), '1 run');
    assert.equal(plural(0, '{0} run', '{0} runs', '0'), '0 runs');
  });

  it('leave an argument alone that looks like a placeholder', () => {
    assert.equal(t('{0} and {1}', '{1}', 'b'), '{1} and b');
    assert.equal(t('{0}', '$&'), '$&');
  });

  it('show a placeholder without an argument as it is', () => {
    assert.equal(t('{0} of {1}', 'a'), 'a of {1}');
  });

  it('are those of the bundle; one that is missing or empty is English', () => {
    setTranslations({ Open: 'Öffnen', Close: '', '{0} left': 'noch {0}' }, 'de');
    assert.deepEqual([t('Open'), t('Close'), t('Save')], ['Öffnen', 'Close', 'Save']);
    assert.equal(t('{0} left', '5 MB'), 'noch 5 MB');
  });

  it('take no word from what every object has', () => {
    setTranslations({}, 'de');
    assert.equal(t('constructor'), 'constructor');
  });

  it('have the plural forms of their language', () => {
    const forms = { '{0} run/few': '{0} běhy', '{0} runs/few': '{0} běhy', '{0} runs/many': '{0} běhu' };
    setTranslations({ '{0} run': '{0} běh', '{0} runs': '{0} běhů', ...forms }, 'cs');
    const say = (count: number) => plural(count, '{0} run', '{0} runs', String(count));
    assert.deepEqual([1, 3, 5, 1.5].map(say), ['1 běh', '3 běhy', '5 běhů', '1.5 běhu']);
  });

  it('count in English where the words are English, whatever the language', () => {
    setTranslations(undefined, 'fr');
    assert.equal(plural(0, '{0} run', '{0} runs', '0'), '0 runs');
  });

  it('put things that are no text where the words want them', () => {
    const code = { element: 'code' };
    assert.deepEqual(rich('Call {0} first.', code), ['Call ', code, ' first.']);
    setTranslations({ 'Call {0} first.': '{0} zuerst rufen.' }, 'de');
    assert.deepEqual(rich('Call {0} first.', code), [code, ' zuerst rufen.']);
  });

  it('bring numbers, lists and the order of names of their language', () => {
    const names = ['zebra', 'run-10', 'Öre', 'run-2', 'ost'];
    const sorted = () => [
      numberWords(1_234.56),
      listWords(['a', 'b', 'c']),
      names.toSorted(compareNames).join(),
    ];
    assert.deepEqual(sorted(), ['1,234.6', 'a, b, c', 'Öre,ost,run-2,run-10,zebra']);
    setTranslations({}, 'de');
    assert.deepEqual(sorted(), ['1.234,6', 'a, b und c', 'Öre,ost,run-2,run-10,zebra']);
    setTranslations({}, 'sv');
    assert.equal(sorted()[2], 'ost,run-2,run-10,zebra,Öre');
    setTranslations(undefined, 'sv');
    assert.equal(sorted()[2], 'Öre,ost,run-2,run-10,zebra', 'English words come in the English order');
  });

  it('have the units that plans often give, and leave others as they are', () => {
    setTranslations({ runs: 'Läufe' }, 'de');
    assert.deepEqual(
      [unitName('runs'), unitName('MiB'), unitName('constructor')],
      ['Läufe', 'MiB', 'constructor'],
    );
  });
});
