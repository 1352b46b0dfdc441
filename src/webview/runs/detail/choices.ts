import type { Signal } from '@preact/signals';
import { isRecord } from '../../../shared/record.ts';
import type { SheetScroll } from '../../components/sheetScroll.ts';
import { decodeText, decodeTexts, type UiState } from '../../state/uiState.ts';

/** What curves of several runs are drawn over. */
const axes = ['step', 'time'] as const;
export type Axis = (typeof axes)[number];

/** What the user chose in the sheets of runs: run detail and comparison. */
export class RunSheetChoices {
  /** Name of the one curve that is drawn large; null for none. */
  readonly enlarged: Signal<string | null>;
  readonly configSearch: Signal<string>;
  readonly axis: Signal<Axis>;
  readonly onlyDifferences: Signal<boolean>;
  /** Ids of compared runs whose curves are hidden. */
  readonly hidden: Signal<readonly string[]>;
  readonly scroll: Signal<SheetScroll | null>;

  constructor(ui: UiState) {
    this.enlarged = ui.keep('curveEnlarged', decodeText);
    this.configSearch = ui.keep('configSearch', (saved) => decodeText(saved) ?? '');
    this.axis = ui.keep('compareAxis', (saved) => axes.find((axis) => axis === saved) ?? 'step');
    this.onlyDifferences = ui.keep('compareDifferences', (saved) => saved !== false);
    this.hidden = ui.keep<readonly string[]>('compareHidden', (saved) => decodeTexts(saved).slice(-100));
    this.scroll = ui.keepPosition('sheetScroll', decodeScroll);
  }
}

function decodeScroll(saved: unknown): SheetScroll | null {
  if (!isRecord(saved)) return null;
  const { sheet, top } = saved;
  return typeof sheet === 'string' && typeof top === 'number' && top > 0 ? { sheet, top } : null;
}
