import type { ComponentChildren, JSX } from 'preact';
import type { DashboardCommand } from '../../shared/protocol.ts';
import { useDashboard } from '../context.ts';

interface Props {
  readonly command: DashboardCommand;
  readonly children: ComponentChildren;
  readonly look?: 'primary' | 'secondary' | 'link' | 'icon';
  readonly label?: string;
  readonly disabled?: boolean;
}

/** A button that asks the host for one of the commands it allows. */
export function CommandButton({
  command,
  children,
  look = 'secondary',
  label,
  disabled,
}: Props): JSX.Element {
  const { actions } = useDashboard();
  return (
    <button
      type="button"
      class={`button ${look}`}
      data-command={command}
      aria-label={label}
      title={label}
      disabled={disabled ?? false}
      onClick={() => actions.run(command)}
    >
      {children}
    </button>
  );
}
