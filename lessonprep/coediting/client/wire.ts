/** The wire of co-editing as bytes: `WIRE.md` says what each message means. */

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

export const SUBPROTOCOL = "gongbei.v1";
export const LARGEST_FRAME = 1_000_000; // bytes; the server takes 1 MiB

const SYNC = 0;
const AWARENESS = 1;
const ACKNOWLEDGEMENT = 100;
const BATCH = 101;
const NOTICE = 102;

export interface Notice {
  kind: string;
  epoch?: number;
  schema?: string;
  write?: boolean;
  waits?: boolean;
  reason?: string;
  batch?: number;
  id?: string | number;
  user?: { id: string; name: string };
}

export type Message =
  | { name: "step 1"; vector: Uint8Array }
  | { name: "step 2"; update: Uint8Array }
  | { name: "updates"; updates: Uint8Array[] }
  | { name: "awareness"; update: Uint8Array }
  | { name: "acknowledged"; batch: number }
  | { name: "notice"; notice: Notice }
  | { name: "unknown" };

export function read(frame: Uint8Array): Message {
  const from = decoding.createDecoder(frame);
  switch (decoding.readVarUint(from)) {
    case SYNC:
      return readSync(from);
    case AWARENESS:
      return { name: "awareness", update: decoding.readVarUint8Array(from) };
    case ACKNOWLEDGEMENT:
      return { name: "acknowledged", batch: decoding.readVarUint(from) };
    case BATCH:
      return readBatch(from);
    case NOTICE:
      return { name: "notice", notice: JSON.parse(decoding.readVarString(from)) as Notice };
    default:
      return { name: "unknown" };
  }
}

function readSync(from: decoding.Decoder): Message {
  const step = decoding.readVarUint(from);
  const bytes = decoding.readVarUint8Array(from);
  if (step === 0) return { name: "step 1", vector: bytes };
  if (step === 1) return { name: "step 2", update: bytes };
  return { name: "updates", updates: [bytes] };
}

function readBatch(from: decoding.Decoder): Message {
  decoding.readVarUint(from); // its place in the log
  const count = decoding.readVarUint(from);
  const updates: Uint8Array[] = [];
  for (let at = 0; at < count; at += 1) updates.push(decoding.readVarUint8Array(from));
  return { name: "updates", updates };
}

export function step1(vector: Uint8Array): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, SYNC);
    encoding.writeVarUint(to, 0);
    encoding.writeVarUint8Array(to, vector);
  });
}

export function batchOf(batch: number, updates: Uint8Array[]): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, BATCH);
    encoding.writeVarUint(to, batch);
    encoding.writeVarUint(to, updates.length);
    for (const update of updates) encoding.writeVarUint8Array(to, update);
  });
}

export function awareness(update: Uint8Array): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, AWARENESS);
    encoding.writeVarUint8Array(to, update);
  });
}
