/**
 * People who type in many rooms of a server; prints what they sent, heard and waited for as JSON.
 *
 *   node load.mjs '{"kind": "gongbei" | "hocuspocus", "rooms": [{"url", "name", "headers": [{}, …]}],
 *                   "rate": 5, "seconds": 10, "type": true}'
 *
 * An update a key; nobody applies what is heard, so this process is not what is measured.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import WebSocket from "ws";
import * as Y from "yjs";

const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
const told = { clients: 0, sent: 0, heard: 0, acknowledged: 0, closed: 0, waits: [] };
const sentAt = new Map();

const wires = {
  gongbei: {
    protocols: ["gongbei.v1"],
    hello: () => write((to) => (num(to, 0), num(to, 0), bytes(to, Uint8Array.of(0)))),
    frame: (client, update) =>
      write((to) => (num(to, 101), num(to, ++client.batch), num(to, 1), bytes(to, update))),
    hear(client, from) {
      const kind = decoding.readVarUint(from);
      if (kind === 101) {
        decoding.readVarUint(from);
        const count = decoding.readVarUint(from);
        for (let n = 0; n < count; n += 1) heard(client, decoding.readVarUint8Array(from));
      } else if (kind === 100) told.acknowledged += 1;
      else if (kind === 0 && decoding.readVarUint(from) === 1) client.ready();
    },
  },
  hocuspocus: {
    protocols: [],
    hello: (client) => named(client, (to) => (num(to, 2), num(to, 0), text(to, "x"), text(to, "4.7.0"))),
    frame: (client, update) => named(client, (to) => (num(to, 0), num(to, 2), bytes(to, update))),
    hear(client, from) {
      decoding.readVarString(from);
      const kind = decoding.readVarUint(from);
      if (kind === 2) {
        client.socket.send(named(client, (to) => (num(to, 0), num(to, 0), bytes(to, Uint8Array.of(0)))));
      } else if (kind === 8) told.acknowledged += 1;
      else if (kind === 0 || kind === 4) {
        const step = decoding.readVarUint(from);
        if (step === 1) client.ready();
        else if (step === 2) heard(client, decoding.readVarUint8Array(from));
      }
    },
  },
};
const wire = wires[asked.kind];
const num = encoding.writeVarUint;
const bytes = encoding.writeVarUint8Array;
const text = encoding.writeVarString;

function write(fill) {
  const to = encoding.createEncoder();
  fill(to);
  return encoding.toUint8Array(to);
}

function named(client, fill) {
  return write((to) => (text(to, client.name), fill(to)));
}

/** Coalesced updates count as one waiting, for whichever of them is known. */
function heard(client, update) {
  const known = Y.decodeUpdate(update).structs;
  told.heard += known.length || 1;
  for (const struct of known) {
    const at = sentAt.get(`${struct.id.client}:${struct.id.clock + struct.length - 1}`);
    if (at !== undefined && told.waits.length < 200000) told.waits.push(performance.now() - at);
  }
}

class Client {
  constructor(room, headers) {
    this.name = room.name;
    this.batch = 0;
    this.doc = new Y.Doc();
    this.typed = this.doc.getText("typed");
    this.doc.on("update", (update) => {
      const { structs } = Y.decodeUpdate(update);
      const last = structs.at(-1);
      sentAt.set(`${last.id.client}:${last.id.clock + last.length - 1}`, performance.now());
      told.sent += 1;
      this.socket.send(wire.frame(this, update));
    });
    this.opened = new Promise((resolve) => (this.ready = resolve));
    this.socket = new WebSocket(room.url, wire.protocols, { headers, perMessageDeflate: false });
    this.socket.binaryType = "arraybuffer";
    this.socket.on("open", () => this.socket.send(wire.hello(this)));
    this.socket.on("message", (data) => wire.hear(this, decoding.createDecoder(new Uint8Array(data))));
    this.socket.on("error", () => this.ready());
    this.socket.on("close", () => ((told.closed += 1), this.ready()));
  }

  type() {
    if (this.socket.readyState === WebSocket.OPEN) this.typed.insert(this.typed.length, "文");
  }
}

const begun = performance.now();
const clients = asked.rooms.flatMap((room) => room.headers.map((headers) => new Client(room, headers)));
await Promise.all(clients.map((client) => client.opened));
told.clients = clients.length;
told.connecting = (performance.now() - begun) / 1000;
console.log(JSON.stringify({ connected: told.connecting, clients: told.clients, closed: told.closed }));
await new Promise((resolve) => process.stdin.once("data", resolve));

if (asked.seconds) {
  const every = 1000 / asked.rate;
  const timers = clients.map((client) =>
    setTimeout(() => (client.timer = setInterval(() => client.type(), every)), Math.random() * every),
  );
  await new Promise((resolve) => setTimeout(resolve, asked.seconds * 1000));
  timers.forEach(clearTimeout);
  clients.forEach((client) => clearInterval(client.timer));
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
told.waits.sort((a, b) => a - b);
const at = (part) => told.waits[Math.floor(told.waits.length * part)] ?? null;
console.log(JSON.stringify({ ...told, waits: undefined, p50: at(0.5), p99: at(0.99) }));
process.exit(0);
