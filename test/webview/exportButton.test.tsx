import assert from 'node:assert/strict';
import { render } from 'preact';
import { ExportButton } from '../../src/webview/components/ExportButton.tsx';
import { DashboardProvider } from '../../src/webview/context.ts';
import { closePages, openPage, settle } from './support/page.tsx';

describe('the button that saves rows', () => {
  afterEach(closePages);

  it('says why they could not be read, tells the log, and can be tried again', async () => {
    const { host, dashboard } = await openPage();
    let isBroken = true;
    const rows = (): Iterable<string> => {
      if (isBroken) throw new Error('No such row.');
      return ['a'];
    };
    const root = document.createElement('div');
    render(
      <DashboardProvider value={dashboard}>
        <ExportButton
          what="things"
          label="Export things as CSV"
          rows={rows}
          columns={() => [{ name: 'name', cell: (row) => row }]}
        />
      </DashboardProvider>,
      root,
    );
    const button = root.querySelector('button');
    assert.equal(button?.title, 'Export things as CSV');
    button?.click();
    await settle();
    assert.equal(button?.getAttribute('aria-disabled'), null);
    assert.equal(root.querySelector('[role=status]')?.textContent, 'No such row.');
    assert.match(host.ofType('log')[0]?.message ?? '', /^Save: Error: No such row\./);
    isBroken = false;
    button?.click();
    await settle();
    const [request] = host.ofType('request');
    assert(request?.name === 'saveFile');
    assert.deepEqual(request.parameters, {
      name: 'runglass-things-2026-11-22.csv',
      content: 'name\r\na\r\n',
    });
    assert.equal(root.querySelector('[role=status]')?.textContent, '');
    render(null, root);
  });
});
