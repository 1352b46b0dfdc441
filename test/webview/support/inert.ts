/** Elements that the page never makes: each would load, run or send something. */
const forbidden =
  'script, iframe, frame, object, embed, link, meta, base, style, img, image, video, audio, source, template, a, foreignObject, x-evil';
/** Attributes by which markup loads, runs or sends something. */
const leading = new Set([
  ...['href', 'xlink:href', 'src', 'srcdoc', 'srcset', 'action', 'formaction', 'data', 'poster', 'ping'],
  ...['background', 'http-equiv', 'style'],
]);
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066\u2067]/;
const isolate = /\u2068[^\u2068\u2069]*\u2069/g;
const fromTheRight = /[\u0590-\u08ff]/;

/** What is wrong below `root`: an element or attribute that a text has made, or a text that turns the words around it. */
export function inertFaults(root: Element, own: readonly string[]): string[] {
  const faults = [...root.querySelectorAll(forbidden)].map(({ tagName }) => `an element ${tagName}`);
  for (const element of root.querySelectorAll('*'))
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || leading.has(name)) faults.push(`${element.tagName} ${name}="${value}"`);
      if (name === 'fill' && !/^(#[0-9a-f]{6}|currentColor|none|var\(--[\w-]+\))$/i.test(value))
        faults.push(`a colour ${value}`);
      if (/^(title|aria-(label|description|valuetext|roledescription)|placeholder)$/.test(name))
        faults.push(...turns(value, own, `${name} of ${element.tagName}`));
    }
  const walker = root.ownerDocument.createTreeWalker(root, 4);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // An error stands alone, whole and as it is.
    const parent = node.parentElement;
    if (parent?.closest('.error-text, textarea')) continue;
    faults.push(...turns(node.textContent ?? '', own, `text in ${parent?.localName} ${parent?.className}`));
  }
  return [...new Set(faults)];
}

/** Words beside those of `own`, and numbers, have what is written from the right between FSI and PDI, and nothing that turns it. */
function turns(text: string, own: readonly string[], where: string): string[] {
  if (turning.test(text)) return [`${where} turns: ${JSON.stringify(text.slice(0, 80))}`];
  // Most texts are ours.
  if (!/[^ -~\s]/.test(text)) return [];
  const rest = text.replace(isolate, '').replace(isolate, '');
  if (/[\u2068\u2069]/.test(rest)) return [`${where} is not closed: ${JSON.stringify(text.slice(0, 80))}`];
  const longestFirst = [...own].sort((a, b) => b.length - a.length);
  const mixed = rest.split('\n').filter((line) => {
    const others = longestFirst.reduce((left, text) => left.replaceAll(text, ''), line);
    return fromTheRight.test(line) && /[a-z0-9]/i.test(others);
  });
  return mixed.map((line) => `${where} mixes: ${JSON.stringify(line.slice(0, 120))}`);
}
