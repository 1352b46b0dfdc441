import type { ComponentChildren, JSX } from 'preact';
import type { DashboardCommand } from '../../shared/protocol.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly command: DashboardCommand;
  readonly children: ComponentChildren;
  readonly look?: 'primary' | 'secondary' | 'link' | 'icon';
  /** Names it; of a link its own words do, and this says more of it. */
  readonly label?: string;
  /** What it asks for is under way: it keeps the focus, and a click does nothing. */
  readonly busy?: boolean;
}

/** A button that asks the host for one of the commands it allows. */
export function CommandButton({
  command,
  children,
  look = 'secondary',
  label,
  busy = false,
}: Props): JSX.Element {
  const { actions } = useDashboard();
  return (
    <button
      type="button"
      class={`button ${look}`}
      data-command={command}
      aria-label={look === 'link' ? undefined : label}
      title={label}
      aria-disabled={busy ? 'true' : undefined}
      onClick={() => {
        if (!busy) actions.run(command);
      }}
    >
      {children}
    </button>
  );
}
