/** How long VS Code says that an extension took to be activated, whole ms. */
export interface Times {
  readonly loadCode: number;
  readonly callActivate: number;
  readonly finishActivate: number;
}

/**
 * Reads the table "Extension Activation Stats" of VS Code's page "Startup Performance" (Developer: Startup Performance):
 * extension, eager, load code, call activate, finish activate, event, by. Empty while the page is.
 */
export function readTimes(page: string): Readonly<Record<string, Times>> {
  const table = page.split('## Extension Activation Stats')[1]?.split('\n## ')[0] ?? '';
  const rows = table
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => (cells[0] === '' ? cells.slice(1) : cells));
  return Object.fromEntries(
    rows
      .filter(([, eager]) => eager === 'true' || eager === 'false')
      .map(([id = '', , ...times]) => {
        const [loadCode = Number.NaN, callActivate = Number.NaN, finishActivate = Number.NaN] =
          times.map(Number);
        return [id, { loadCode, callActivate, finishActivate }];
      }),
  );
}
