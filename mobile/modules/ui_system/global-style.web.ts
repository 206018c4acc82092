/**
 * What cannot be said by component styles in a browser: a focus ring that is seen on every colour, motion on request only, and states
 * that stay seen where the reader's own colours replace ours (there a filled box is an empty one). Where motion is not wanted there is
 * no transition, not a very short one: that gives whoever measures right after a change the size before it.
 */
const CSS = `
html, body, #root { height: 100%; }
body { margin: 0; overflow: hidden; }
#root { display: flex; }
:focus { outline: none; }
:focus-visible { outline: 3px solid #c65a2e; outline-offset: 2px; }
h1:focus-visible { outline: none; }
input:not([type=range]):focus-visible, textarea:focus-visible { outline: none; }
@media (forced-colors: active) {
  svg[viewBox="0 0 24 24"] path { fill: CanvasText; }
  button svg[viewBox="0 0 24 24"] path, [role="button"] svg[viewBox="0 0 24 24"] path { fill: ButtonText; }
  [role="progressbar"] { border: 1px solid CanvasText; }
  [role="progressbar"] > div, [role="radio"][aria-checked="true"] > [aria-hidden] > div, [role="switch"][aria-checked="true"] > [aria-hidden] {
    forced-color-adjust: none; background-color: Highlight !important;
  }
  [role="switch"] > [aria-hidden] > div { forced-color-adjust: none; background-color: CanvasText !important; }
  [role="tab"][aria-selected="true"] { border-color: Highlight !important; border-width: 3px; }
  :focus-visible { outline-color: Highlight; }
}
@media (prefers-color-scheme: light) { body { background: #faf5ec; } }
@media (prefers-color-scheme: dark) { body { background: #1a1612; } }
@media (prefers-reduced-motion: reduce) { * { animation-duration: 0.01ms !important; transition: none !important; scroll-behavior: auto !important; } }
`;

export function installGlobalStyle(): void {
  const style = document.createElement('style');
  style.textContent = CSS;
  document.head.append(style);
}
