import {
  type CallExpression,
  type Expression,
  type Node,
  type Property,
  parse,
  type SpreadElement,
} from 'acorn';
import { ancestor } from 'acorn-walk';
import { transformSync } from 'esbuild';

/** What one source file says. */
export interface FileWords {
  /** Keys of translations (`shared/l10n.ts`). */
  readonly messages: readonly string[];
  /** What is wrong with the way it says them. */
  readonly faults: readonly string[];
}

/** How many of the first arguments are messages. */
const speakers: Readonly<Record<string, { readonly from: number; readonly to: number }>> = {
  t: { from: 0, to: 1 },
  rich: { from: 0, to: 1 },
  plural: { from: 1, to: 3 },
};

/** Attributes and properties of elements that people see or hear. */
const seen = new Set(['children', 'title', 'aria-label', 'aria-description', 'placeholder', 'alt', 'label']);
/** Calls that show their arguments: of VS Code, and of ours in its place. */
const shows = /\b(?:show(?:Information|Warning|Error)Message|setStatusBarMessage|showDone|showProblem)$/;
/** Properties that are shown wherever they are: of rows, choices, forms, dialogs. */
const shownAnywhere = ['label', 'description', 'title', 'tooltip', 'prompt', 'placeHolder'];
/** Besides, where VS Code is called; elsewhere they are data and logs. */
const shownByVscode = [
  'detail',
  'text',
  'message',
  'validationMessage',
  'placeholder',
  'saveLabel',
  'openLabel',
];
/** Elements whose text is no language. */
const verbatim = new Set(['code', 'kbd', 'style']);
const scopes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Reads the words of a TypeScript source, with JSX where its name ends in `x`. */
export function readWords(source: string, file: string): FileWords {
  const { code } = transformSync(source, {
    loader: file.endsWith('x') ? 'tsx' : 'ts',
    jsx: 'automatic',
    target: 'esnext',
  });
  const shown = new Set([...shownAnywhere, ...(/from ['"]vscode['"]/.test(code) ? shownByVscode : [])]);
  const messages: string[] = [];
  const faults: string[] = [];
  ancestor(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    CallExpression(call, _state, ancestors) {
      const name = call.callee.type === 'Identifier' ? call.callee.name : '';
      if (/\bl10n\.t$/.test(textOf(code, call.callee)))
        faults.push(`${textOf(code, call)}: use t of shared/l10n.ts, which the page has as well`);
      const said = Object.hasOwn(speakers, name) ? speakers[name] : undefined;
      if (said) {
        for (const argument of call.arguments.slice(said.from, said.to)) {
          if (argument.type === 'Literal' && typeof argument.value === 'string')
            messages.push(argument.value);
          else faults.push(`${name}(${textOf(code, argument)}): a message must be written out`);
        }
        if (!ancestors.some(({ type }) => scopes.has(type)) && !isField(ancestors))
          faults.push(`${textOf(code, call)}: said while the module is loaded, before the language is known`);
      }
      if (/^jsxs?$/.test(name)) faults.push(...bareWords(call));
      if (shows.test(textOf(code, call.callee))) faults.push(...call.arguments.flatMap(bareArgument));
    },
    Property(property) {
      if (shown.has(nameOf(property))) faults.push(...bareFaults(property.value));
    },
    AssignmentExpression({ left, right }) {
      if (
        left.type === 'MemberExpression' &&
        left.property.type === 'Identifier' &&
        shown.has(left.property.name)
      )
        faults.push(...bareFaults(right));
    },
    ImportSpecifier({ imported, local }) {
      if (
        imported.type === 'Identifier' &&
        Object.hasOwn(speakers, imported.name) &&
        local.name !== imported.name
      )
        faults.push(`${imported.name} as ${local.name}: its messages are found by its own name`);
    },
  });
  return { messages, faults };
}

/** In the value of a field, which is made with each object. */
function isField(ancestors: readonly Node[]): boolean {
  return ancestors.some((node) => node.type === 'PropertyDefinition' && !('static' in node && node.static));
}

/** Words of an element that stand there in English. */
function bareWords({ arguments: [element, properties] }: CallExpression): string[] {
  if (properties?.type !== 'ObjectExpression') return [];
  if (element?.type === 'Literal' && verbatim.has(String(element.value))) return [];
  return properties.properties.flatMap(propertyFaults);
}

function propertyFaults(property: Property | SpreadElement): string[] {
  if (property.type === 'Property') return seen.has(nameOf(property)) ? bareFaults(property.value) : [];
  const { argument } = property;
  return argument.type === 'ObjectExpression' ? argument.properties.flatMap(propertyFaults) : [];
}

/** An argument of a call that shows it; what it takes besides texts are objects, whose properties are looked at. */
function bareArgument(argument: Expression | SpreadElement): string[] {
  return argument.type === 'SpreadElement' ? [] : bareFaults(argument);
}

/** What is in `value` that people read and nobody has translated; our name needs no translation. */
function bareFaults(value: Node): string[] {
  return spoken(value as Expression)
    .filter((text) => /\p{L}{2}/u.test(text.replace(/\bRunglass\b/g, '').replace(/\$\([\w-]+\)/g, '')))
    .map((text) => `${JSON.stringify(text)} is not translated`);
}

function nameOf({ key }: Pick<Property, 'key'>): string {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : '';
}

/** The literal texts that an expression can come to. */
function spoken(value: Expression | SpreadElement | null): string[] {
  switch (value?.type) {
    case 'Literal':
      return typeof value.value === 'string' ? [value.value] : [];
    case 'TemplateLiteral':
      return value.quasis.map(({ value: { cooked } }) => cooked ?? '');
    case 'ArrayExpression':
      return value.elements.flatMap(spoken);
    case 'ConditionalExpression':
      return [...spoken(value.consequent), ...spoken(value.alternate)];
    case 'LogicalExpression':
      return spoken(value.right);
    default:
      return [];
  }
}

function textOf(code: string, { start, end }: Node): string {
  return code.slice(start, Math.min(end, start + 60));
}
