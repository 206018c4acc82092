/** What cannot be said by component styles in a browser: a focus ring that is seen on every colour, and motion on request only. */
const CSS = `
html, body, #root { height: 100%; }
body { margin: 0; overflow: hidden; }
#root { display: flex; }
:focus { outline: none; }
:focus-visible { outline: 3px solid #c65a2e; outline-offset: 2px; }
h1:focus-visible { outline: none; }
input:not([type=range]):focus-visible, textarea:focus-visible { outline: none; }
@media (prefers-color-scheme: light) { body { background: #faf5ec; } }
@media (prefers-color-scheme: dark) { body { background: #1a1612; } }
@media (prefers-reduced-motion: reduce) { * { animation-duration: 0.01ms !important; transition-duration: 0.01ms !important; scroll-behavior: auto !important; } }
`;

export function installGlobalStyle(): void {
  const style = document.createElement('style');
  style.textContent = CSS;
  document.head.append(style);
}
