import { Component, type ComponentChildren } from 'preact';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';

interface Props {
  readonly children: ComponentChildren;
  readonly onError: (error: unknown) => void;
  /** The name of what cannot be drawn then. */
  readonly what?: string | undefined;
  /** Draws nothing instead of what failed: something else on the page tells of it. */
  readonly quiet?: boolean;
}
interface State {
  /** Why, in the words of what failed; null while nothing has. */
  readonly failed: string | null;
}

/** Keeps a failure inside one section: the rest of the page lives on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: null };

  static override getDerivedStateFromError(error: unknown): State {
    const words = error instanceof Error ? error.message : String(error);
    // It becomes the end of a sentence.
    return { failed: clip(words.replace(/\.$/, ''), 200) };
  }

  override componentDidCatch(error: unknown): void {
    this.props.onError(error);
  }

  override render({ children, what, quiet }: Props, { failed }: State): ComponentChildren {
    if (failed === null) return children;
    if (quiet) return null;
    return (
      <div class="empty" data-empty="error" role="alert">
        <p>{problemWords(what, failed || t('no reason was given'))}</p>
        <p>
          <button type="button" class="button secondary" onClick={() => this.setState({ failed: null })}>
            {t('Draw again')}
          </button>
        </p>
      </div>
    );
  }
}

function problemWords(what: string | undefined, reason: string): string {
  return what === undefined
    ? t('This part could not be drawn: {0}. The log of the extension has more.', reason)
    : t('“{0}” could not be drawn: {1}. The log of the extension has more.', what, reason);
}
