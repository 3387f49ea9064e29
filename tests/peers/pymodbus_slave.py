#!/usr/bin/python3
"""pymodbus_slave.py - an independent Modbus slave for tests: TCP, or RTU on the serial
line PATH (19200 baud, no parity) when one is given.

Prints "PORT n" or "LINE PATH". Then reads lines from standard input:
  set AREA ADDRESS VALUE...   AREA is co, di, hr or ir; prints "ok"
  get AREA ADDRESS COUNT      prints the values
It has 1000 cells an area, answers as unit 1 and is silent for other units.
Ends when standard input closes.
"""
import asyncio
import logging
import sys

from pymodbus.datastore import (
    ModbusSequentialDataBlock,
    ModbusServerContext,
    ModbusSlaveContext,
)
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer

logging.disable(logging.CRITICAL)
CELLS = 1000  # beyond is exception 2
FUNCTION = {"co": 1, "di": 2, "hr": 3, "ir": 4}


def new_slave():
    blocks = {area: ModbusSequentialDataBlock(0, [0] * CELLS) for area in FUNCTION}
    # without zero_mode every address is off by one
    return ModbusSlaveContext(zero_mode=True, **blocks)


def obey(slave, line):
    verb, area, address, *rest = line.split()
    if verb == "set":
        slave.setValues(FUNCTION[area], int(address), [int(v) for v in rest])
        return "ok"
    values = slave.getValues(FUNCTION[area], int(address), int(rest[0]))
    return " ".join(str(int(v)) for v in values)


async def serve_line(context, path):
    server = ModbusSerialServer(context, framer=ModbusRtuFramer, port=path, baudrate=19200)
    await server.start()
    print("LINE", path, flush=True)
    return asyncio.ensure_future(server.serve_forever())


async def serve_tcp(context):
    server = ModbusTcpServer(context, address=("127.0.0.1", 0))
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    print("PORT", server.server.sockets[0].getsockname()[1], flush=True)
    return serving


async def main():
    slave = new_slave()
    context = ModbusServerContext(slaves={1: slave}, single=False)
    serving = await (serve_line(context, sys.argv[1]) if len(sys.argv) > 1
                     else serve_tcp(context))
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def on_line():
        line = sys.stdin.readline()
        if line:
            print(obey(slave, line), flush=True)
        elif not ended.done():
            ended.set_result(None)

    loop.add_reader(sys.stdin, on_line)
    await ended
    serving.cancel()


asyncio.run(main())
