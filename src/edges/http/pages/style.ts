/** The public pages: readable at any width, in light, dark and forced colours, and on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: light-dark(#16191d, #e8eaed); --line: light-dark(#6b727c, #8a929c); --quiet: light-dark(#555c66, #a8b0bb); --accent: light-dark(#0b57b5, #8ab8ff); --shade: light-dark(#f4f6f8, #1c1f24); --fault: light-dark(#a3140f, #ffb4ab); --paper: light-dark(#fff, #121417); }
* { box-sizing: border-box; }
body { margin: 0; font: 1.05rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--shade); }
header, main, footer { max-width: 42rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { color: var(--quiet); }
nav ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
nav a { display: inline-block; padding: .2rem 0; }
h1 { margin: 1rem 0; font-size: 1.8rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .6rem; font-size: 1.3rem; }
form, .card { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; }
fieldset { margin: 1.2rem 0; padding: 0; border: 0; min-width: 0; }
legend, .label { display: block; padding: 0; font-weight: 600; }
.hint { color: var(--quiet); margin: .1rem 0 .3rem; }
.fault { color: var(--fault); font-weight: 600; margin: .1rem 0 .3rem; }
.fault::before { content: "⚠ "; }
[role=alert], [role=status] { margin: 1rem 0; padding: .8rem 1.25rem; border: 2px solid var(--fault); border-radius: .5rem; }
[role=status] { border-color: var(--accent); }
input[type=text], input[type=tel], textarea, select { width: 100%; max-width: 24rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .3rem; }
textarea { max-width: 100%; min-height: 6rem; }
.pick { display: flex; gap: .7rem; align-items: flex-start; padding: .35rem 0; }
.pick input { width: 1.4rem; height: 1.4rem; margin: .15rem 0 0; flex: none; accent-color: var(--accent); }
button { min-height: 2.75rem; padding: .5rem 1.3rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--accent); border: 2px solid var(--accent); border-radius: .3rem; cursor: pointer; }
.both { display: flex; flex-wrap: wrap; gap: .8rem; }
.both button { flex: 1 1 12rem; }
button.plain { color: var(--accent); background: var(--paper); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
dt { font-weight: 600; margin-top: .8rem; }
dd { margin: 0; }
pre { padding: 1rem; overflow-x: auto; white-space: pre-wrap; font: .85em ui-monospace, monospace; background: var(--shade); }
summary { padding: .4rem 0; cursor: pointer; }
footer { color: var(--quiet); font-size: .95rem; }
@media print { nav, .skip, button { display: none; } }
`;
