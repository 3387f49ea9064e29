// dashboard.js PORT - fifty registers of a Modbus slave, once a second, in a table of
// blessed-contrib: what one would write in an afternoon.
'use strict';
const net = require('net');
const blessed = require('blessed');
const contrib = require('blessed-contrib');

const COUNT = 50;
const screen = blessed.screen({ smartCSR: true });
const table = contrib.table({
  label: 'Registers', width: '100%', height: '100%', interactive: false,
  columnWidth: [10, 10, 10, 10, 10], columnSpacing: 2,
});
screen.append(table);
screen.key(['q', 'C-c'], () => process.exit(0));

const socket = net.connect(Number(process.argv[2]), '127.0.0.1');
let pending = Buffer.alloc(0);

function ask() {
  socket.write(Buffer.from([0, 1, 0, 0, 0, 6, 1, 4, 0, 0, 0, COUNT]));
}

function show(registers) {
  const rows = [];
  for (let i = 0; i < COUNT; i += 5)
    rows.push(registers.slice(i, i + 5).map(String));
  table.setData({ headers: ['', '', '', '', ''], data: rows });
  screen.render();
}

socket.on('data', (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  while (pending.length >= 9 + 2 * COUNT) {
    const registers = [];
    for (let i = 0; i < COUNT; i++)
      registers.push(pending.readUInt16BE(9 + 2 * i));
    pending = pending.subarray(9 + 2 * COUNT);
    show(registers);
  }
});
socket.on('close', () => process.exit(1));
ask();
setInterval(ask, 1000);
