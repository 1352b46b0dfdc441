/** The colours one can give a project: each at least 3:1 against white, black and the dark theme's grey. */
export const projectColors = [
  { color: '#2f86e0', name: 'Blue' },
  { color: '#d07a1e', name: 'Orange' },
  { color: '#2f9e5b', name: 'Green' },
  { color: '#a566d6', name: 'Purple' },
  { color: '#e0524d', name: 'Red' },
  { color: '#1a9ba1', name: 'Teal' },
  { color: '#d45a9c', name: 'Pink' },
  { color: '#85878c', name: 'Gray' },
] as const;

/** The first colour that no project has, so that they can be told apart while there are few; else the first one. */
export function freeColor(used: ReadonlySet<string | null>): string {
  return (projectColors.find(({ color }) => !used.has(color)) ?? projectColors[0]).color;
}
