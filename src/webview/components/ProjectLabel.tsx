import type { JSX } from 'preact';
import { shownName } from '../../shared/format.ts';

const isColor = /^#[0-9a-f]{6}$/i;

/** A project's colour; what is not `#rrggbb` falls back to a neutral one. */
export function ProjectDot({ color }: { color: string | null }): JSX.Element {
  return (
    <svg class="dot" viewBox="0 0 8 8" aria-hidden="true">
      <circle cx="4" cy="4" r="3.5" fill={color !== null && isColor.test(color) ? color : 'currentColor'} />
    </svg>
  );
}

/** Letters of a name that is shown whole or not at all. */
const briefName = 2;

export function ProjectLabel({ name, color }: { name: string; color: string | null }): JSX.Element {
  return (
    <span class="project-label">
      <ProjectDot color={color} />
      <span class={`ellipsis ${name.length > briefName ? 'long' : ''}`}>{shownName(name)}</span>
    </span>
  );
}
