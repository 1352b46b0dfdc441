import assert from 'node:assert/strict';
import { projectOf, settingFor } from '../../../../../src/extension/activity/control/project.ts';

describe('the project of a workspace', () => {
  const projects = [
    ['1', 'Vision'],
    ['2', 'speech'],
    ['3', 'Speech '],
    ['4', '2'],
  ].map(([id, name]) => ({ id, name }) as never);
  const find = (setting: string, ...folders: string[]) => projectOf({ setting, folders }, projects);

  it('is the one that the setting names, by id or by name', () => {
    assert.equal(find('1', 'speech'), '1');
    assert.equal(find('vision'), '1');
    assert.equal(find('2'), '2');
  });

  it('is otherwise the one that is called like the folder', () => {
    assert.equal(find('', 'VISION'), '1');
    assert.equal(find('', 'other', 'vision'), '1');
    assert.equal(find('', 'vision', 'Vision'), '1');
  });

  it('is none when that is unknown, or more than one', () => {
    for (const [setting, ...folders] of [
      ['unknown', 'vision'],
      ['speech'],
      ['', 'speech'],
      ['', 'vision', '2'],
      [''],
    ])
      assert.equal(find(setting ?? '', ...folders), null);
    assert.equal(projectOf({ setting: 'Vision', folders: ['Vision'] }, []), null);
  });

  it('is set by its name, or by its id when the name does not say which', () => {
    const written = projects.map((project) => settingFor(project, projects));
    assert.deepEqual(written, ['Vision', '2', '3', '4']);
    for (const [i, setting] of written.entries()) assert.equal(find(setting), `${i + 1}`);
  });
});
