import type { JSX } from 'preact';

interface Props<T extends string> {
  readonly label: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly title?: string }[];
  readonly onSelect: (value: T) => void;
}

/** One choice of a few, side by side: real radio buttons, so arrow keys and screen readers work by themselves. */
export function Segmented<T extends string>({
  label,
  name,
  value,
  options,
  onSelect,
}: Props<T>): JSX.Element {
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} title={option.title ?? option.label}>
          <input
            type="radio"
            name={name}
            value={option.value}
            aria-label={option.title ?? option.label}
            checked={option.value === value}
            onChange={() => onSelect(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
