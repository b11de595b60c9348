// `npm run bench`: does the built server keep its promises of speed on this machine? Every figure
// is a ratio to something raw that ran in alternation with it, because machines differ and are shared.
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lists } from './lists.js';
import { legs, media } from './media.js';
import { rows } from './rows.js';
import { screening } from './screen-decision.js';
import { screenings } from './screen-http.js';
import { start } from './start.js';
import { steps } from './steps.js';

const help = `npm run bench -- [section ...] [options]

Sections (all of them if none is named):
  steps   voice steps a second at 50 connections, as a share of a raw node:http server that checks
          the same signature and does one durable insert on the same database cluster
  media   CPU per media frame, as a multiple of a raw ws server that drops the same messages
  legs    1,000 legs in real time for 20 s: frames lost, and memory per leg
  screening  one decision about a number, as a share of one parse of it by libphonenumber-js
  screenings  one number over HTTP as a share of an empty Express handler, a list as a share of a
          line splitter, and the memory that a long list takes
  lists   a registry of 250 million numbers, and an own list of ten million: import, start, memory,
          look-ups (3.3 GB of disk)
  rows    pages, searches and answers about a person with 1,000,000 calls, against 10,000; voice
          steps while a run of retention redacts (3 GB of disk)
  start   from the start of the server to its first answered webhook

Options:
  --rounds N      how often raw and ours alternate (3)
  --server FILE   another build's main.js (dist/main.js)
  --profile       write the server's CPU profile to the folder it is started in
  --json          figures as JSON
  --help

Each section starts and stops its own processes and takes about a minute. Exit code 1: a target was
missed. Run it on a machine that does nothing else, and trust the ratios, not the figures.
`;

const sections = { steps, media, legs, screening, screenings, lists, rows, start };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    server: { type: 'string', default: join(import.meta.dirname, '../../dist/main.js') },
    profile: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function table(columns, rows) {
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i].length)),
  );
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ');
  return [columns, ...rows].map((cells) => `  ${line(cells)}\n`).join('');
}

async function main() {
  const unknown = positionals.filter((name) => !(name in sections));
  const rounds = Number(values.rounds);
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    process.stderr.write(
      `${unknown.length > 0 ? `no section ${unknown[0]}` : '--rounds must be 1 or more'}\n\n${help}`,
    );
    return 2;
  }
  const chosen = positionals.length > 0 ? positionals : Object.keys(sections);
  const reports = [];
  for (const name of chosen) {
    const load = loadavg()[0];
    if (!values.json) process.stdout.write(`${name} ... (load ${load.toFixed(1)})\n`);
    const report = await sections[name]({
      program: resolve(values.server),
      rounds,
      nodeArguments: values.profile ? ['--cpu-prof'] : [],
    });
    reports.push({ section: name, load, ...report });
    if (!values.json) process.stdout.write(readable(report));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  return reports.every(({ results }) => results.every(({ isMet }) => isMet)) ? 0 : 1;
}

function readable({ title, columns, rows, results }) {
  const lines = results.map(
    ({ name, text, wanted, isMet }) =>
      `  ${isMet ? 'met   ' : 'MISSED'}  ${name}: ${text}; target ${wanted}\n`,
  );
  return `\n${title}\n${table(columns, rows)}${lines.join('')}\n`;
}

if (values.help) process.stdout.write(help);
else process.exitCode = await main();
