import { Component, type ComponentChildren } from 'preact';

interface Props {
  readonly children: ComponentChildren;
  readonly onError: (error: unknown) => void;
}
interface State {
  readonly failed: boolean;
}

/** Keeps a failure inside one section: the rest of the page lives on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static override getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render({ children }: Props, { failed }: State): ComponentChildren {
    if (!failed) return children;
    return (
      <div class="empty" data-empty="error" role="alert">
        <p>This section could not be drawn. The log of the extension says why.</p>
        <p>
          <button type="button" class="button secondary" onClick={() => this.setState({ failed: false })}>
            Draw again
          </button>
        </p>
      </div>
    );
  }
}
