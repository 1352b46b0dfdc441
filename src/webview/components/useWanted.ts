import { useEffect } from 'preact/hooks';
import type { PageTool } from '../../shared/protocol.ts';
import { useDashboard } from '../context.ts';

/** Focuses and presses what a command uses, once rows are drawn; it is forgotten when there is nothing to use it on. */
export function useWanted(tool: PageTool, selector: string): void {
  const { ui, views } = useDashboard();
  const isDue = ui.wanted.value === tool && views.availability.value !== 'loading';
  useEffect(() => {
    if (!isDue) return;
    ui.wanted.value = null;
    const element = document.querySelector<HTMLElement>(selector);
    element?.focus();
    element?.click();
  }, [isDue]);
}
