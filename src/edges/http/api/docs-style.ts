/** Readable at any width, in light and dark, and on paper. */
export const docsStyle = `
:root { color-scheme: light dark; --line: light-dark(#d0d4da, #3a3f47); --quiet: light-dark(#555c66, #a8b0bb); --accent: light-dark(#0b57b5, #8ab8ff); --shade: light-dark(#f4f6f8, #1c1f24); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: light-dark(#16191d, #e8eaed); background: light-dark(#fff, #121417); }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--shade); }
main { max-width: 58rem; padding: 1.5rem; }
nav { padding: 1.5rem; border-bottom: 1px solid var(--line); background: var(--shade); }
nav ul { margin: 0 0 1rem; padding: 0; list-style: none; columns: 16rem; }
nav li { padding: .15rem 0; }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 3rem 0 1rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { margin: 2.5rem 0 .3rem; }
dt { font-weight: 600; margin-top: .8rem; }
dd { margin: 0; }
code, pre { font: .9em ui-monospace, monospace; }
pre { padding: 1rem; overflow-x: auto; background: var(--shade); border: 1px solid var(--line); border-radius: .4rem; }
.route { margin: 0 0 .8rem; overflow-wrap: anywhere; }
.scope { color: var(--quiet); margin-left: .6rem; white-space: nowrap; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--quiet); font-size: .9em; }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 18rem 1fr; }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border: 0; border-right: 1px solid var(--line); }
  nav ul { columns: auto; }
}
@media print { nav, .skip { display: none; } }
`;
