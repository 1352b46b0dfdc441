import { t } from '../../shared/l10n.ts';
import type { Caption, LegendEntry } from './chart.ts';
import { type Colors, colorOf } from './colors.ts';
import { dashOf } from './palette.ts';

/** Of a picture, its pixels for one CSS px of the page. */
const density = 2;
/** All in px of the picture. */
const margin = 12 * density;
const titleHeight = 26 * density;
const lineHeight = 18 * density;
const swatch = 14 * density;

/** How much larger than on this screen a chart is drawn for a picture. */
export function pictureScale(): number {
  return density / devicePixelRatio;
}

/** The drawn chart under its title and above its legend, on the colour of the page; a PNG. */
export async function compose(
  drawn: HTMLCanvasElement,
  caption: Caption,
  colors: Colors,
): Promise<ArrayBuffer> {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new Error(t('This window cannot draw pictures.'));
  canvas.width = drawn.width + 2 * margin;
  context.font = font(colors, 11);
  const rows = layOut(context, entriesOf(caption), drawn.width);
  canvas.height = drawn.height + 2 * margin + titleHeight + rows.length * lineHeight;
  context.fillStyle = colors.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = 'middle';
  context.font = font(colors, 13);
  context.fillStyle = colors.heading;
  context.fillText(caption.title, margin, margin + titleHeight / 2, drawn.width);
  context.drawImage(drawn, margin, margin + titleHeight);
  context.font = font(colors, 11);
  rows.forEach((row, n) => {
    const y = margin + titleHeight + drawn.height + (n + 0.5) * lineHeight;
    for (const { entry, x, width } of row) drawEntry(context, entry, margin + x, y, width, colors);
  });
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error(t('The picture is too large to be drawn.'));
  return blob.arrayBuffer();
}

function font(colors: Colors, size: number): string {
  return colors.font.replace(/^\d+/, String(size * density));
}

/** A line across has no place in the palette. */
type Entry = Omit<LegendEntry, 'place'> & { readonly place: number | null };

function entriesOf({ legend, line }: Caption): readonly Entry[] {
  if (line === null) return legend;
  return [...legend, { label: line, mark: 'line', place: null, color: null, projected: true }];
}

interface PlacedEntry {
  readonly entry: Entry;
  readonly x: number;
  readonly width: number;
}

/** As many entries side by side as fit into each row. */
function layOut(context: CanvasRenderingContext2D, legend: readonly Entry[], width: number): PlacedEntry[][] {
  const rows: PlacedEntry[][] = [];
  let x = 0;
  for (const entry of legend) {
    const text = Math.min(context.measureText(entry.label).width, width - 2 * swatch);
    const whole = swatch + 4 * density + text;
    if (rows.length === 0 || x + whole > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ entry, x, width: text });
    x += whole + 14 * density;
  }
  return rows;
}

function drawEntry(
  context: CanvasRenderingContext2D,
  entry: Entry,
  x: number,
  y: number,
  width: number,
  colors: Colors,
): void {
  const { place } = entry;
  const color = place === null ? colors.line : colorOf(colors, { ...entry, place });
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 1.5 * density;
  if (entry.mark === 'line') {
    const dash = place === null ? [5, 4] : dashOf({ ...entry, place }, colors.highContrast);
    context.setLineDash(dash.map((length) => length * density));
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + swatch, y);
    context.stroke();
    context.setLineDash([]);
  } else if (entry.projected) {
    context.setLineDash([3 * density, 2 * density]);
    context.strokeRect(x + 2 * density, y - 4 * density, 8 * density, 8 * density);
    context.setLineDash([]);
  } else {
    context.fillRect(x + 2 * density, y - 5 * density, 10 * density, 10 * density);
  }
  context.fillStyle = colors.text;
  context.fillText(entry.label, x + swatch + 4 * density, y, width);
}
